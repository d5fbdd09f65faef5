import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answered } from '../provider.ts';
import type { MpesaContext } from './context.ts';
import type { InitiatorRequest } from './initiator.ts';
import { type DeliveryKind, notify } from './notify.ts';
import { placeholderReceipt } from './receipts.ts';

/** The forms a result may take; integrations have seen all of them. @see docs/providers.md */
export const ResultStyle = z.object({
  codes: z.enum(['number', 'string']).optional(),
  /** A list of one: still a list, or the bare object. */
  single: z.enum(['object', 'array']).optional(),
  finalised: z.enum(['FinalisedTime', 'FinalizedTime']).optional(),
  /** What becomes of the next request: its result, a queue timeout in either body, or nothing at all. */
  next: z.enum(['result', 'queue_timeout_echo', 'queue_timeout_envelope', 'lost']).optional(),
});
export type ResultStyle = z.infer<typeof ResultStyle>;

export interface Parameter {
  Key: string;
  Value?: string | number;
}

export interface ConversationIds {
  OriginatorConversationID: string;
  ConversationID: string;
}

/** How a request of an initiator ended. */
export interface Finding {
  code: number | string;
  description: string;
  /** Absent on failure, where a placeholder takes its place. */
  transactionId?: string;
  parameters?: Parameter[];
}

export const DONE = { code: 0, description: 'The service request is processed successfully.' };

/** Acknowledges at once; the finding follows at ResultURL, or the request expires in a queue. */
export function acknowledge(
  ctx: MpesaContext,
  reply: FastifyReply,
  request: InitiatorRequest,
  work: (ids: ConversationIds) => Promise<Finding>,
) {
  const ids = { OriginatorConversationID: ctx.requestId(), ConversationID: ctx.conversationId() };
  const { next = 'result' } = ctx.resultStyle;
  ctx.resultStyle.next = 'result';
  const tell = (kind: DeliveryKind, url: string, body: unknown): Promise<void> =>
    notify(ctx, { url, kind, body }, {}, ctx.results);
  const finish = async (): Promise<void> => {
    if (next === 'queue_timeout_echo') return tell('queue_timeout', request.QueueTimeOutURL, { ...request, ...ids });
    if (next === 'queue_timeout_envelope')
      return tell('queue_timeout', request.QueueTimeOutURL, queueTimeout(ctx, ids));
    const finding = await work(ids);
    if (next === 'lost') return;
    await tell('result', request.ResultURL, envelope(ctx, request, ids, finding));
  };
  ctx.background.after(ctx.settings.timings.callbackDelayMs, finish, answered(reply));
  return { ...ids, ResponseCode: '0', ResponseDescription: 'Accept the service request successfully.' };
}

function envelope(ctx: MpesaContext, request: InitiatorRequest, ids: ConversationIds, finding: Finding) {
  const { parameters } = finding;
  return {
    Result: {
      ResultType: 0,
      ResultCode: ctx.resultStyle.codes === 'string' ? String(finding.code) : finding.code,
      ResultDesc: finding.description,
      ...ids,
      TransactionID: finding.transactionId ?? placeholderReceipt(ctx.settings.now()),
      ...(parameters && { ResultParameters: { ResultParameter: polymorphic(ctx, parameters) } }),
      ReferenceData: {
        ReferenceItem: polymorphic(ctx, [{ Key: 'QueueTimeoutURL', Value: request.QueueTimeOutURL }]),
      },
    },
  };
}

const queueTimeout = (ctx: MpesaContext, ids: ConversationIds) => ({
  Result: {
    ResultType: 1,
    ResultCode: 1,
    ResultDesc: 'The request has expired in the queue.',
    ...ids,
    TransactionID: placeholderReceipt(ctx.settings.now()),
  },
});

/** A list of one turns into its only member, unless the style says otherwise. */
function polymorphic(ctx: MpesaContext, items: Parameter[]): Parameter | Parameter[] {
  const [only] = items;
  return items.length === 1 && only && ctx.resultStyle.single !== 'array' ? only : items;
}
