import type { Contribution } from './figures.ts';

export type Mode = 'test' | 'live';
export const DECISIONS = ['auto', 'suggested', 'unmatched', 'confirmed', 'rejected', 'undone'] as const;
export type DecisionKind = (typeof DECISIONS)[number];
export const CHANNELS = ['paybill', 'till', 'stk', 'airtel', 'bank'] as const;
export type ChannelKind = (typeof CHANNELS)[number];

type Received = {
  version: number;
  mode: Mode;
  currency: string;
  amountCents: number;
  /** `stk` where the payer answered a prompt, whichever message told it. */
  channel: ChannelKind;
  /** Nairobi day on which the payer paid. */
  day: string;
};
type Decided = { version: number; decision: DecisionKind; unappliedCents: number };

/** What is known of one payment; its two stories come by two topics, in any order, each with versions of its own. */
export type PaymentRow = {
  id: string;
  organisationId: string;
  received: Received | null;
  reversed: boolean;
  decided: Decided | null;
  /** Version of the newest refusal: a person's no to what was suggested before it. */
  refused?: number;
};

export type PaymentNews = { subject: 'payment'; id: string; organisationId: string } & (
  | { kind: 'received'; received: Received }
  | { kind: 'reversed' }
  | { kind: 'decided'; decided: Decided }
  | { kind: 'refused'; version: number }
);

/** The row after some news; the very same row where it tells nothing new, so that repeats and late comers cost nothing. */
export function foldPayment(row: PaymentRow | undefined, news: PaymentNews): PaymentRow {
  const { id, organisationId } = news;
  const known = row ?? { id, organisationId, received: null, reversed: false, decided: null };
  switch (news.kind) {
    case 'received': {
      const received = foldReceived(known.received, news.received);
      return received === known.received ? known : { ...known, received };
    }
    case 'decided':
      return isNewer(news.decided, known.decided) ? { ...known, decided: news.decided } : known;
    case 'refused':
      return news.version > (known.refused ?? 0) ? { ...known, refused: news.version } : known;
    case 'reversed':
      return known.reversed ? known : { ...known, reversed: true };
  }
}

/** The newest telling counts; but one message that knows of a prompt is enough, and not every message can know. */
function foldReceived(known: Received | null, told: Received): Received {
  const newest = known && !isNewer(told, known) ? known : told;
  const isPrompted = known?.channel === 'stk' || told.channel === 'stk';
  return isPrompted && newest.channel !== 'stk' ? { ...newest, channel: 'stk' } : newest;
}

const isNewer = (news: { version: number }, known: { version: number } | null): boolean =>
  news.version > (known?.version ?? 0);

/**
 * What a payment adds to the day it was paid. Money that the provider took back was not collected: it leaves the sums
 * and the decisions, and is counted by itself.
 */
export function paymentFigures(row: PaymentRow | undefined): Contribution {
  if (!row?.received) return undefined;
  const { mode, currency, day, amountCents, channel } = row.received;
  const key = `${row.organisationId}:${mode}:${currency}:${day}`;
  if (row.reversed) return { key, figures: { reversedCents: amountCents, reversed: 1 } };
  return {
    key,
    figures: {
      collectedCents: amountCents,
      payments: 1,
      [`channels.${channel}`]: amountCents,
      ...(row.decided && {
        [`decisions.${standing(row.decided, row)}`]: 1,
        unappliedCents: row.decided.unappliedCents,
      }),
    },
  };
}

/** A refusal tells of no amount: the money lies where the decision before it left it. */
const standing = ({ decision, version }: Decided, { refused = 0 }: PaymentRow): DecisionKind =>
  refused > version ? 'rejected' : decision;
