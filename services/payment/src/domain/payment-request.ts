import type { Mode, RawMessage } from './telling.ts';

export type RequestStatus = 'created' | 'prompted' | 'succeeded' | 'cancelled' | 'failed' | 'expired';
export type Settled = Extract<RequestStatus, 'succeeded' | 'cancelled' | 'failed' | 'expired'>;

/** What linking money to a prompt needs to know of it. */
export type OpenRequest = {
  id: string;
  organisationId: string;
  channelId: string;
  accountReference: string;
  amountCents: number;
  phone: string;
  customerId: string | null;
  invoiceId: string | null;
  checkoutRequestId: string | null;
  /** May money without our request's id still be meant for it? */
  expects: boolean;
  status: RequestStatus;
  createdAt: Date;
  settledAt: Date | null;
};

/** A prompt on a payer's phone and what became of it. */
export type PaymentRequest = OpenRequest & {
  version: number;
  mode: Mode;
  /** Whom the provider was told that it is for, and so is asked by; null in rows of before. */
  businessShortcode: string | null;
  /** The passkey of that number, which a channel with another number may no longer have; null in rows of before. */
  sealedPasskey: string | null;
  currency: 'KES';
  description: string;
  resultCode: string | null;
  resultDescription: string | null;
  paymentId: string | null;
  createdBy: string;
  promptedAt: Date | null;
  /** When to ask the provider next. */
  nextQueryAt: Date;
  queries: number;
};

/** How a prompt ended, as somebody told us. */
export type Outcome = {
  status: Settled;
  resultCode: string;
  resultDescription: string;
  paymentId: string | null;
  /** The callback that said so, where it made no payment that keeps it. */
  raw?: RawMessage | undefined;
};

/** Not ended yet: an answer, a query or silence will end it. */
export const isOpen = (request: { status: RequestStatus }): boolean =>
  request.status === 'created' || request.status === 'prompted';

/** Somebody said that it was paid, and no money is known that did. */
export const lacksMoney = ({ status, paymentId }: PaymentRequest): boolean =>
  status === 'succeeded' && paymentId === null;

/** A process that recorded money has told its prompt by then, or is dead. */
const TOLD_MS = 60_000;

/** When to look once more whether the money of a prompt is there that ended at `at`, or was heard to be paid then. */
export const lookAfter = (at: Date): Date => new Date(at.getTime() + TOLD_MS);

/** Has it ended, though money would still be its own? */
export const isMissed = (request: OpenRequest): boolean =>
  !isOpen(request) && (request.expects || request.status !== 'succeeded');

/**
 * Applies an outcome. Success always wins, also after a failure, and a late failure never undoes money. Success without a
 * payment, which only a query said, is completed by the payment when that is found, and overruled by a callback. What
 * failed goes on expecting its money, unless a callback said that there is none.
 * @returns undefined where nothing changes
 * @see docs/providers.md callback and statement before query
 */
export function settle(request: PaymentRequest, outcome: Outcome, at: Date): PaymentRequest | undefined {
  const paid = outcome.status === 'succeeded';
  const byCallback = outcome.raw !== undefined;
  const isHearsay = lacksMoney(request);
  const completes = isHearsay && paid && outcome.paymentId !== null;
  const changes = isOpen(request) || (paid && request.status !== 'succeeded') || completes;
  if (!changes && !(isHearsay && !paid && byCallback)) return undefined;
  return {
    ...request,
    version: request.version + 1,
    status: outcome.status,
    resultCode: outcome.resultCode,
    resultDescription: outcome.resultDescription,
    paymentId: outcome.paymentId ?? request.paymentId,
    settledAt: completes ? request.settledAt : at,
    expects: paid ? outcome.paymentId === null && request.paymentId === null : !byCallback,
  };
}

/** A result code as it is compared: `0.0` is a way to write 0. */
export const resultCodeOf = (text: string): string => text.trim().replace(/^(\d+)\.0+$/, '$1');

/** What the provider's result codes mean for a prompt. @see docs/providers.md */
const CODES: Record<string, Settled> = { '0': 'succeeded', '1032': 'cancelled', '1019': 'expired', '1031': 'expired' };

/** Codes that end a prompt when a query answers them; any other may be a new word for "pending". */
const FINAL = new Set('0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1037 1101 2001 2028 8006 9999 SFC_IC0003'.split(' '));

/** A callback is final whatever its code: an unknown one counts as failed, and success may still overrule it. */
export const statusOfCode = (resultCode: string): Settled => CODES[resultCode] ?? 'failed';

/** Whether a query's answer ends the prompt; otherwise it is asked again. */
export const isFinalQueryCode = (resultCode: string): boolean => FINAL.has(resultCode);

/** The reference shown on the prompt: letters and digits of the invoice number, the last twelve of them. */
export const accountReferenceOf = (invoiceNumber: string): string =>
  invoiceNumber
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase()
    .slice(-12);

/** References that our prompts can carry; anything else need not be looked for. */
export const couldBeOurs = (reference: string | null): boolean =>
  reference !== null && /^[A-Za-z0-9]{1,12}$/.test(reference);
