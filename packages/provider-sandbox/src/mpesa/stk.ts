import type { FastifyInstance, FastifyReply } from 'fastify';
import { answered } from '../provider.ts';
import type { MpesaContext } from './context.ts';
import { invalid, overloaded } from './errors.ts';
import { authorise } from './oauth.ts';
import { openPush, type Push, resolvePush } from './stk-push.ts';
import { readStkQuery, readStkRequest } from './stk-request.ts';

const ACCEPTED = 'Success. Request accepted for processing';

/** STK push and its query. */
export function stkRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  app.post('/mpesa/stkpush/v1/processrequest', async (request, reply) => {
    const client = authorise(ctx, request, 'stk');
    const { stk, shortcode, textParties } = readStkRequest(ctx, client, request.body);
    const push = openPush(ctx, stk, shortcode, textParties);
    await schedule(ctx, push, reply);
    return {
      MerchantRequestID: push.merchantRequestId,
      CheckoutRequestID: push.checkoutRequestId,
      ResponseCode: '0',
      ResponseDescription: ACCEPTED,
      CustomerMessage: ACCEPTED,
    };
  });

  app.post('/mpesa/stkpushquery/v1/query', async (request) => {
    const client = authorise(ctx, request, 'stk');
    const { checkoutRequestId, shortcode } = readStkQuery(ctx, client, request.body);
    const push = ctx.pushes.get(checkoutRequestId);
    if (push?.shortcode !== shortcode) throw invalid('CheckoutRequestID');
    return answerQuery(push);
  });
}

/** Acknowledgement first and the outcome later, or, on demand, the callback before the acknowledgement. */
async function schedule(ctx: MpesaContext, push: Push, reply: FastifyReply): Promise<void> {
  const { stk, callback, delayMs = ctx.settings.timings.callbackDelayMs } = push.behaviour;
  if (callback === 'before_ack') return resolvePush(ctx, push);
  if (stk === 'hold' && !push.locked) return;
  ctx.background.after(delayMs, () => resolvePush(ctx, push), answered(reply));
}

/** Here ResultCode is text, and the triple s is genuine. Neither receipt nor amount is in the answer. */
function answerQuery(push: Push) {
  const { query = 'truth' } = push.behaviour;
  if (!push.result || query === 'pending')
    throw overloaded('The transaction is being processed', push.checkoutRequestId);
  const { code, description } = queryResult(push.result, query);
  return {
    ResponseCode: '0',
    ResponseDescription: 'The service request has been accepted successsfully',
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.checkoutRequestId,
    ResultCode: String(code),
    ResultDesc: description,
  };
}

function queryResult(truth: NonNullable<Push['result']>, mode: NonNullable<Push['behaviour']['query']>) {
  if (mode === 'pending_ok') return { code: 4999, description: 'The transaction is still under processing' };
  if (mode === 'unknown_code') return { code: 7777, description: 'Unexpected state' };
  if (mode !== 'contradict') return truth;
  return truth.code === 0
    ? { code: 1032, description: 'Request cancelled by user' }
    : { code: 0, description: 'The service request is processed successfully.' };
}
