import type { PayerNumber } from '@malipo/values';

export type Mode = 'test' | 'live';
export type ChannelKind = 'paybill' | 'till';

/** A place where customers pay, as far as reading its messages needs it. */
export type Channel = {
  id: string;
  organisationId: string;
  kind: ChannelKind;
  shortcode: string;
  storeNumber: string | null;
  /** What the provider may still name: money under way does not know of the change. */
  formerStoreNumbers: readonly string[];
  mode: Mode;
  validation: 'accept' | 'reject_unknown_account';
  /** A closed one asks nobody for money; what is paid all the same is recorded. */
  closedAt: Date | null;
};

/** Which kind of message told of the money. */
export type EvidenceKind = 'c2b' | 'stk' | 'pull' | 'status' | 'statement';

/**
 * A message as it came: bytes beyond 64 KiB are left out, `sha256` (hexadecimal) then covers all of them. `deliveryId`
 * tells the same delivery, stored a second time after a crash, from a repeat by the provider.
 */
export type RawMessage = {
  deliveryId: string;
  body: Uint8Array;
  bytes: number;
  sha256: string | null;
  receivedAt: Date;
  from: string;
};

/** Links an effect to what set it off; handed on to events. The kit's `Cause`, said again: the domain knows no kit. */
export type Trace = { correlationId: string; causationId: string | null; traceparent: string | null };

/** The addresses that we give to providers; money comes by the first two, the others are kept for inspection. */
export type CallbackKind = 'c2b' | 'stk' | 'result' | 'timeout' | 'pull';

/** Where a callback belongs: a channel, or only its name with a secret that nobody could check. */
export type Place = Channel | { id: string; secretFingerprint: string };

/** A callback at the door. */
export type Arrival = {
  place: Place;
  kind: CallbackKind;
  requestId: string | null;
  raw: RawMessage;
  trace: Trace;
};

/** A callback that passed the door. */
export type Delivery = {
  channel: Channel;
  kind: CallbackKind;
  /** From the callback's own path: our prompts carry the request's id there. */
  requestId: string | null;
  raw: RawMessage;
  /** The sender's address is one that the provider publishes. */
  listed: boolean;
  trace: Trace;
};

/** A doubt about money, raised at the door; what has one is never applied automatically. */
export type Flag = 'odd_time' | 'odd_shape' | 'unlisted_sender' | 'amount_conflict' | 'amount_differs_from_request';

/** One message about money that arrived, whichever message it was. */
export type Telling = {
  channel: Channel;
  kind: EvidenceKind;
  receipt: string;
  amountCents: number;
  paidAt: Date;
  /** Verbatim; null where the message has none. */
  reference: string | null;
  narrative: string | null;
  number: PayerNumber;
  payerNames: string[];
  requestId: string | null;
  checkoutRequestId: string | null;
  /** Doubts raised at the door. */
  flags: Flag[];
  raw: RawMessage;
  trace: Trace;
};

/** The provider says that a prompt came to nothing; it moved no money. */
export type RequestFailure = {
  channel: Channel;
  requestId: string | null;
  checkoutRequestId: string;
  resultCode: string;
  resultDescription: string;
  raw: RawMessage;
  trace: Trace;
};

/** What a callback turned out to be. */
export type Reading =
  | { kind: 'payment'; telling: Telling }
  | { kind: 'failure'; failure: RequestFailure }
  | { kind: 'unreadable'; reason: string };

export const unreadable = (reason: string): Reading => ({ kind: 'unreadable', reason });
