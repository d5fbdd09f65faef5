import { derivedId } from '@malipo/values';

export const MEDIA = ['sms', 'email'] as const;
export type Medium = (typeof MEDIA)[number];
export const MODES = ['live', 'test'] as const;
export type Mode = (typeof MODES)[number];

/**
 * `queued → claimed → sent → delivered | failed`; `claimed → unknown` when nobody can say whether it left;
 * `skipped` where there is nobody to tell. Only a person brings one back to `queued` after it was claimed for good.
 */
export const STATUSES = ['queued', 'claimed', 'sent', 'delivered', 'failed', 'unknown', 'skipped'] as const;
export type DeliveryStatus = (typeof STATUSES)[number];

/** What the receipt is about, as reconciliation told it; amounts in cents. */
export type ReceiptFacts = {
  currency: string;
  amountCents: number;
  receipt: string;
  invoiceNumbers: readonly string[];
  creditCents: number;
  balanceCents: number;
};

/** What a decision has to tell; `facts` are null where it took the money back. */
export type News = Pick<
  Delivery,
  'matchVersion' | 'facts' | 'customerId' | 'payerMsisdn' | 'cause' | 'queuedAt' | 'expiresAt'
>;

/** What a delivery tells, so that one that is there already can hear it. */
export const newsOf = (delivery: Delivery): News => {
  const { matchVersion, facts, customerId, payerMsisdn, cause, queuedAt, expiresAt } = delivery;
  return { matchVersion, facts, customerId, payerMsisdn, cause, queuedAt, expiresAt };
};

/** One message about one payment by one medium; there is never a second document for the same three. */
export type Delivery = {
  id: string;
  organisationId: string;
  version: number;
  medium: Medium;
  mode: Mode;
  paymentId: string;
  customerId: string | null;
  /** The payer's number where the provider sent it in full. */
  payerMsisdn: string | null;
  /** Version of the decision that it tells. */
  matchVersion: number;
  /** Null where the money was taken back before anybody told what it was. */
  facts: ReceiptFacts | null;
  status: DeliveryStatus;
  reason: string | null;
  /** Digits `254…` or an address; set with the claim. */
  to: string | null;
  subject: string | null;
  text: string | null;
  /** The provider's ids, one for each attempt that it took; the last is current. */
  providerIds: readonly string[];
  attempts: number;
  queuedAt: Date;
  /** Not sent before. */
  dueAt: Date;
  /** Not sent after: a receipt days late only confuses. */
  expiresAt: Date;
  claimedAt: Date | null;
  /** The process that claimed it. */
  claimedBy: string | null;
  settledAt: Date | null;
  resolvedBy: string | null;
  cause: { correlationId: string; causationId: string | null; traceparent: string | null };
  /** The newest decision that came after it may have left: told where it turns out that it did not, or when a person asks. */
  news: News | null;
};

/** How long after the decision a receipt is still worth sending; also keeps a replayed topic from sending old ones. */
export const WORTH_SENDING_MS = 24 * 3600 * 1000;

/** How long one waits at most before it is tried again. */
export const LONGEST_WAIT_MS = 60_000;

/** The identity of a receipt: the same payment and medium always give the same id. */
export const deliveryId = (paymentId: string, medium: Medium): string => derivedId(paymentId, 'receipt', medium);

/** How soon somebody is looked for again who is not known here yet: customers' facts are seldom further behind. */
const LOOK_AGAIN_MS = 250;

/** The delivery as it is claimed for its next attempt, with what will be sent to whom. */
export function claim(
  delivery: Delivery,
  { to, subject, text }: { to: string; subject: string | null; text: string },
  now: Date,
  claimedBy: string,
): Delivery {
  const { version, attempts } = delivery;
  const marks = { status: 'claimed' as const, claimedAt: now, claimedBy, to, subject, text, reason: null };
  return { ...delivery, ...marks, version: version + 1, attempts: attempts + 1 };
}

/** Is what is held the delivery as it was claimed here, or by another process, or since? */
export const isSameClaim = (held: Delivery, claimed: Delivery): boolean =>
  held.claimedBy === claimed.claimedBy &&
  held.attempts === claimed.attempts &&
  held.claimedAt?.getTime() === claimed.claimedAt?.getTime();

/** There is nobody to tell. */
export const skip = (delivery: Delivery, reason: string, now: Date): Delivery => ({
  ...delivery,
  status: 'skipped',
  reason,
  settledAt: now,
});

/** Whom to tell is not known yet. */
export const lookAgain = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  dueAt: new Date(now.getTime() + LOOK_AGAIN_MS),
});

/** What a provider made of an attempt. */
export type Outcome =
  | { kind: 'accepted'; providerId: string | null }
  | { kind: 'refused'; reason: string }
  /** It certainly never left: trying again is safe. */
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string };

/**
 * The delivery after an attempt of its own. In the meantime a job may have called it unknown, or a person or a report
 * may have settled it: then the attempt adds what it knows and takes nothing back.
 * @param attempt which one, as counted by the claim
 * @param retryAt when to try again, where it never left
 * @returns undefined where the attempt has nothing to add
 */
export function settle(
  delivery: Delivery,
  attempt: number,
  outcome: Outcome,
  now: Date,
  retryAt: Date,
): Delivery | undefined {
  const mine = delivery.attempts === attempt;
  const open = mine && (delivery.status === 'claimed' || delivery.status === 'unknown');
  if (outcome.kind === 'accepted') {
    // a resend that a person asked for while it was under way is not needed any more
    return accept(delivery, outcome.providerId, open || (mine && delivery.status === 'queued'), now);
  }
  if (!open) return undefined;
  if (outcome.kind === 'not_sent') {
    const queued: Delivery = { ...delivery, status: 'queued', reason: outcome.reason, dueAt: retryAt, news: null };
    return delivery.news ? tell(queued, delivery.news, now) : queued;
  }
  const status = outcome.kind === 'refused' ? 'failed' : 'unknown';
  return { ...delivery, status, reason: outcome.reason, settledAt: now };
}

/** @param isCurrent whether nothing happened since that weighs more */
function accept(delivery: Delivery, providerId: string | null, isCurrent: boolean, now: Date): Delivery | undefined {
  if (providerId && delivery.providerIds.includes(providerId)) return undefined; // noted, though nobody heard so
  const providerIds = providerId ? [...delivery.providerIds, providerId] : delivery.providerIds;
  if (isCurrent) return { ...delivery, status: 'sent', reason: null, settledAt: now, providerIds };
  return providerId ? { ...delivery, providerIds } : undefined;
}

/** One that waits tells a newer decision; what was taken back, or is days old, is not told. */
function tell(queued: Delivery, news: News, now: Date): Delivery {
  if (!news.facts) return skip({ ...queued, matchVersion: news.matchVersion }, 'undone', now);
  const told = { ...queued, ...news };
  return now > news.expiresAt ? skip(told, 'too_late', now) : told;
}

/**
 * The delivery after a newer decision about its money. One that did not leave yet, tried or not, tells the newer one; beside
 * one that may have left, or that only a person sends again, the news is kept.
 * @returns undefined where the decision changes nothing
 */
export function hear(delivery: Delivery, news: News, now: Date): Delivery | undefined {
  const { status, attempts, resolvedBy } = delivery;
  if (status === 'delivered' || (delivery.news ?? delivery).matchVersion >= news.matchVersion) return undefined;
  // an attempt of one that is skipped never left, or it would not have been queued again; unless a person asked for a
  // second one, which may follow one that left: then only a person asks again
  const mayLeave = status === 'queued' || (status === 'skipped' && (attempts === 0 || resolvedBy === null));
  if (!mayLeave) return { ...delivery, news };
  return tell({ ...delivery, status: 'queued', reason: null, dueAt: now, settledAt: null }, news, now);
}
