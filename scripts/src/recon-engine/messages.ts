import { z } from 'zod';
import type { RawFeedback, RawPayment } from './records.ts';

export type Message =
  | { type: 'init'; dir: unknown }
  | { type: 'payment'; payment: RawPayment }
  | { type: 'feedback'; items: RawFeedback[] }
  | { type: 'end' };

/** What a line says, and what is wrong with it; a payment that cannot be read may still have an id to answer to. */
export type Reading = { message?: Message; problem?: string; paymentId?: string | number };

const CHANNELS = ['mpesa_c2b', 'mpesa_till', 'mpesa_stk', 'airtel', 'bank'] as const;
const TYPES = ['payment', 'reversal'] as const;

const says = (what: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : `must be ${what}`),
});
const text = z.string(says('text')).min(1, says('text that is not empty'));
const optional = z.string(says('text or null')).nullable().default(null);

const time = z.iso.datetime({
  offset: true,
  ...says('an ISO time with its offset, such as 2026-08-03T10:00:00+03:00'),
});
const CENTS = `whole cents from 1 to ${Number.MAX_SAFE_INTEGER}`;
const cents = z.int(says(CENTS)).positive(says(CENTS));

/** Some 4 µs a payment of the 250 that one may take, so that no check by hand is worth its lines. */
const Payment = z.object({
  id: text,
  tenant_id: text,
  channel: z.enum(CHANNELS, says(`one of ${CHANNELS.join(', ')}`)),
  type: z.enum(TYPES, says(`one of ${TYPES.join(', ')}`)),
  trans_id: text,
  trans_time: time,
  received_at: time,
  amount_cents: cents,
  currency: text,
  reference: optional,
  narrative: optional,
  msisdn: optional,
  payer_first: optional,
  payer_middle: optional,
  payer_last: optional,
  checkout_request_id: optional,
  reverses_trans_id: optional,
});

const Feedback = z.object({
  payment_id: text,
  outcome: z.enum(['apply', 'credit', 'unmatched', 'duplicate', 'reversal'], says('a known outcome')),
  customer_id: optional,
  allocations: z
    .array(z.object({ invoice: text, amount_cents: cents }), says('a list'))
    .nullable()
    .default([])
    .transform((parts) => parts ?? []),
});

/** Reads a line of input; never throws. */
export function readMessage(line: string): Reading {
  const value = parse(line);
  if (!isObject(value)) {
    const problem = 'this is not a JSON object; send one JSON object on each line, ended by a line feed';
    return { problem, ...paymentIdIn(line) };
  }
  if (value['type'] === 'payment') return readPayment(value['payment']);
  if (value['type'] === 'feedback') return readFeedback(value['items']);
  if (value['type'] === 'init') return { message: { type: 'init', dir: value['dir'] } };
  if (value['type'] === 'end') return { message: { type: 'end' } };
  return { problem: `type ${short(value['type'])} is unknown and was ignored; send init, payment, feedback or end` };
}

function readPayment(value: unknown): Reading {
  if (!isObject(value)) {
    return { problem: `payment ${value === undefined ? 'is missing' : 'must be an object'}; send it again with one` };
  }
  const read = Payment.safeParse(value);
  if (read.success) return { message: { type: 'payment', payment: read.data } };
  const id = value['id'];
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number') {
    return { problem: `payment: ${first(read.error)}; it cannot be answered: send it again with an id` };
  }
  return {
    problem: `payment ${short(id)}: ${first(read.error)}; it was answered with none: mend it and send it again`,
    paymentId: id,
  };
}

function readFeedback(value: unknown): Reading {
  if (!Array.isArray(value)) {
    return {
      problem: `feedback: items ${value === undefined ? 'is missing' : 'must be a list'}; send the answers again`,
    };
  }
  const read = value.map((item) => Feedback.safeParse(item));
  const items = read.flatMap((one) => (one.success ? [one.data] : []));
  const message: Message = { type: 'feedback', items };
  const bad = read.findIndex((one) => !one.success);
  const error = read[bad]?.error;
  if (!error) return { message };
  const count = `${read.length - items.length} of ${read.length} items cannot be read and were left out`;
  return {
    message,
    problem: `feedback: ${count}, first item ${bad + 1}: ${first(error)}; mend them and send them again`,
  };
}

/** The first thing that is wrong, by the name of its field. */
function first(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'it'} ${issue.message}` : 'it cannot be read';
}

const short = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'missing';

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of a payment's line that is cut off, or has a NaN in it: whoever sent it may wait for an answer. */
function paymentIdIn(line: string): { paymentId?: string } {
  const id = /"payment"\s*:\s*\{\s*"id"\s*:\s*"([^"\\]+)"/.exec(line)?.[1];
  return id === undefined ? {} : { paymentId: id };
}
