import { derivedId, type PayerNumber } from '@malipo/values';
import type { OpenRequest } from './payment-request.ts';
import type { EvidenceKind, Flag, Mode, RawMessage, Telling } from './telling.ts';

export type PaymentStatus = 'received' | 'allocated' | 'partly_allocated' | 'unallocated' | 'reversed' | 'refunded';

/** One message kept with the payment that it told of. */
export type Evidence = RawMessage & { kind: EvidenceKind };

/** What we know of money that arrived, whichever messages told it. */
export type Payment = {
  id: string;
  version: number;
  organisationId: string;
  mode: Mode;
  rail: 'mpesa';
  channelId: string;
  /** How it came; `stk` while only the STK callback is known. */
  channelKind: 'paybill' | 'till' | 'stk';
  shortcode: string;
  receipt: string;
  amountCents: number;
  currency: 'KES';
  reference: string | null;
  narrative: string | null;
  number: PayerNumber;
  payerNames: string[];
  requestId: string | null;
  request: { customerId: string | null; invoiceId: string | null } | null;
  flags: Flag[];
  paidAt: Date;
  receivedAt: Date;
  evidence: Evidence[];
  /** Deliveries of a message beyond its first. */
  repeats: number;
  status: PaymentStatus;
};

/**
 * The id of a payment follows from organisation, rail, mode and receipt and from nothing else, so that the primary key
 * alone stops a second one. The organisation is the channel's, never the body's.
 */
export const paymentId = (organisationId: string, mode: Mode, receipt: string): string =>
  derivedId(organisationId, mode === 'test' ? 'mpesa:test' : 'mpesa', receipt);

/** The id of the payment that a telling tells of. */
export const idOf = ({ channel, receipt }: Telling): string => paymentId(channel.organisationId, channel.mode, receipt);

/** Turns the first telling of some money into a payment. @param id where it was taken before: it is a hash */
export function receivePayment(telling: Telling, request: OpenRequest | undefined, id = idOf(telling)): Payment {
  const { channel } = telling;
  return {
    id,
    version: 1,
    organisationId: channel.organisationId,
    mode: channel.mode,
    rail: 'mpesa',
    channelId: channel.id,
    channelKind: telling.kind === 'stk' ? 'stk' : channel.kind,
    shortcode: channel.shortcode,
    receipt: telling.receipt,
    amountCents: telling.amountCents,
    currency: 'KES',
    ...(request ? answerTo(request, telling) : { reference: telling.reference, requestId: null, request: null }),
    narrative: telling.narrative,
    number: telling.number,
    payerNames: telling.payerNames,
    flags: request ? withRequestFlags(telling, request) : telling.flags,
    paidAt: telling.paidAt,
    receivedAt: telling.raw.receivedAt,
    evidence: [{ kind: telling.kind, ...telling.raw }],
    repeats: 0,
    status: 'received',
  };
}

/** What money says of the request that it answers; a reference that nobody typed is the one on the prompt. */
export const answerTo = (request: OpenRequest, { reference }: Pick<Payment, 'reference'>) => ({
  reference: reference ?? request.accountReference,
  requestId: request.id,
  request: { customerId: request.customerId, invoiceId: request.invoiceId },
});

/** Money that answers our own prompt must be what we asked for. */
export const withRequestFlags = (telling: Telling, request: OpenRequest): Flag[] =>
  telling.amountCents === request.amountCents ? telling.flags : [...telling.flags, 'amount_differs_from_request'];
