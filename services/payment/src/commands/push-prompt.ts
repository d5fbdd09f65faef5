import { AppError, type Cause, RaceLostError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { isOpen, type PaymentRequest } from '../domain/payment-request.ts';
import { requestPrompted } from '../events/outgoing.ts';
import type { Merchant, Pushed } from '../providers/daraja.ts';
import type { DarajaAnswer } from '../providers/daraja-answer.ts';
import type { StoredChannel } from '../store/channels.ts';
import { callbackUrls } from './channels.ts';
import { settleRequest } from './settle-requests.ts';

type Prompt = { request: PaymentRequest; channel: StoredChannel; merchant: Merchant };

/** Has the provider prompt the payer of a stored request, and notes what it answers: prompted, or failed where it refuses. */
export async function pushPrompt(deps: Deps, prompt: Prompt, cause: Cause): Promise<void> {
  const answer = await push(deps, prompt, cause).catch((error: unknown): DarajaAnswer<Pushed> => {
    if (error instanceof AppError && error.kind === 'upstream')
      return { kind: 'refused', code: error.code, message: error.message };
    throw error;
  });
  await afterPush(deps, prompt.request, answer, cause);
}

const push = (deps: Deps, { request, channel, merchant }: Prompt, { traceparent }: Cause) =>
  deps.daraja[channel.mode].push(
    merchant,
    {
      kind: channel.kind,
      partyB: channel.shortcode,
      amountCents: request.amountCents,
      phone: request.phone,
      accountReference: request.accountReference,
      description: request.description,
      callbackUrl: `${callbackUrls(deps, channel).stk}/${request.id}`,
    },
    traceparent,
  );

/** An unknown outcome leaves the request as it is: the callback or the jobs find out. */
async function afterPush(
  deps: Deps,
  request: PaymentRequest,
  answer: DarajaAnswer<Pushed>,
  cause: Cause,
): Promise<void> {
  if (answer.kind === 'ok') return prompted(deps, request.id, answer.body.checkoutRequestId, cause);
  if (answer.kind === 'refused' || answer.kind === 'busy') {
    const { code: resultCode, message: resultDescription } = answer;
    await settleRequest(deps, request.id, { status: 'failed', resultCode, resultDescription, paymentId: null }, cause);
    return;
  }
  deps.log.warn({ requestId: request.id, answer: answer.kind }, 'the provider did not say whether it prompted');
}

const prompted = (deps: Deps, id: string, checkoutRequestId: string, cause: Cause): Promise<void> =>
  untilWon(async () => {
    const [request] = await deps.requests.findMany([id], []);
    if (!request) return;
    const at = deps.now();
    const open = isOpen(request); // else the callback was faster than the answer
    const next: PaymentRequest = {
      ...request,
      version: request.version + 1,
      checkoutRequestId,
      promptedAt: at,
      status: open ? 'prompted' : request.status,
    };
    await deps.relay.commit(async (tx) => {
      if (!(await deps.requests.save(next, tx))) throw new RaceLostError('payment request');
      if (open) tx.tell(requestPrompted(next, at, cause));
    });
  });
