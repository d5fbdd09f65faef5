import { backoff, RaceLostError, SpanKind, untilWon } from '@malipo/service-kit';
import type { Stores } from '../deps.ts';
import type { Addressed, Message } from '../domain/addressing.ts';
import {
  type Delivery,
  isSameClaim,
  LONGEST_WAIT_MS,
  lookAgain,
  type Outcome,
  settle,
  skip,
} from '../domain/delivery.ts';
import type { MessageProvider } from '../providers/message-provider.ts';
import { recordChange } from './record-change.ts';
import { settleFromKept } from './settle-report.ts';

/** A claim may be half used up when sending begins; the rest is the provider's time to answer. */
const usableMs = (claimSeconds: number): number => (claimSeconds * 1_000) / 2;

/**
 * Sends a claimed delivery, once: whatever happens from here on, a crash included, it is never sent again by itself
 * unless it certainly never left.
 */
export async function sendDelivery(
  deps: Stores,
  provider: MessageProvider,
  claimed: Delivery,
  message: Message,
): Promise<Outcome> {
  const { traceparent } = claimed.cause;
  const span = deps.tracing.span(`send ${claimed.medium}`, traceparent, { kind: SpanKind.CLIENT });
  // a process that slept (stopped, swapped) must not send what others already call unknown
  const age = deps.now().getTime() - (claimed.claimedAt?.getTime() ?? 0);
  const late = age > usableMs(deps.config.MALIPO_MESSAGE_CLAIM_SECONDS);
  const outcome: Outcome = late
    ? { kind: 'not_sent', reason: 'claim_too_old' }
    : await provider.send({ ...message, deliveryId: claimed.id, attempt: claimed.attempts, traceparent });
  span?.setAttribute('malipo.outcome', outcome.kind);
  span?.end();
  return outcome;
}

/** Notes what came of an attempt, and takes in the report that overtook the note. */
export async function noteOutcome(deps: Stores, claimed: Delivery, outcome: Outcome): Promise<void> {
  const settled = await recordOutcome(deps, claimed, outcome);
  if (settled) await settleFromKept(deps, settled, outcome.kind === 'accepted' ? outcome.providerId : null);
}

/** Queues a delivery again whose claim failed, and is there all the same: it never left. Others may have claimed it since. */
export async function takeBack(deps: Stores, claimed: Delivery): Promise<void> {
  const held = await deps.deliveries.findById(claimed.id);
  if (!held || !isSameClaim(held, claimed)) return;
  await noteOutcome(deps, held, { kind: 'not_sent', reason: 'claim_unconfirmed' });
}

async function recordOutcome(deps: Stores, claimed: Delivery, outcome: Outcome): Promise<Delivery | undefined> {
  let current: Delivery | undefined = claimed;
  return untilWon(async () => {
    current ??= await deps.deliveries.findById(claimed.id);
    if (!current) return undefined;
    const now = deps.now();
    const retryAt = new Date(now.getTime() + backoff(claimed.attempts, 2_000, LONGEST_WAIT_MS));
    const before: Delivery = current;
    current = undefined;
    const after = settle(before, claimed.attempts, outcome, now, retryAt);
    return after && recordChange(deps, before, after);
  });
}

/** Nobody to tell, or not yet: skipped for good, or looked at again in a moment. */
export async function setAside(
  deps: Stores,
  delivery: Delivery,
  addressed: Exclude<Addressed, { kind: 'send' }>,
): Promise<void> {
  const now = deps.now();
  const after = addressed.kind === 'skip' ? skip(delivery, addressed.reason, now) : lookAgain(delivery, now);
  await recordChange(deps, delivery, after).catch((error: unknown) => {
    if (!(error instanceof RaceLostError)) throw error; // somebody else took it: nothing is left to do
  });
}
