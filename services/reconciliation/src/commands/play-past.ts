import { apply, createState, type Decision, type PaymentFact, type State } from '@malipo/matching';
import { pause } from '@malipo/service-kit';
import { pad } from '../domain/unit.ts';
import { inForce } from './in-force.ts';
import type { Deps } from './work.ts';

/** A payment of the past, what was decided when it came in, and the engine's memory as it was at that moment. */
export type PastPayment = { payment: PaymentFact; taken: Decision; state: State };

/**
 * Plays an organisation's log in a memory of its own, apart from the one that decides, and stops at each payment of the
 * period right before its first decision. What happened then is folded in as it happened, whatever the caller would
 * have decided. Money of the other mode is passed over: no sum mixes the two.
 * @see docs/adr/0009-test-and-live-money.md
 */
export async function* playPast(
  deps: Deps,
  organisationId: string,
  { from, to }: { from: Date; to: Date },
): AsyncGenerator<PastPayment> {
  const state = await memoryOf(deps, organisationId);
  const passedOver = await ofOtherMode(deps, organisationId);
  const seen = new Set<string>();
  const breathe = breather();
  for await (const facts of logOf(deps, organisationId)) {
    for (const fact of facts) {
      if (fact.type === 'payment-decided' && !seen.has(fact.payment.paymentId)) {
        seen.add(fact.payment.paymentId);
        const { payment, decision } = fact;
        const isWithin = payment.receivedAt >= from.getTime() && payment.receivedAt < to.getTime();
        if (isWithin && !passedOver.has(payment.paymentId)) yield { payment, taken: decision, state };
      }
      apply(state, fact);
      await breathe();
    }
  }
}

/** The payments that do not count in the organisation's own mode; only who went live has any. */
async function ofOtherMode({ collections, reads }: Deps, organisationId: string): Promise<Set<string>> {
  const row = await reads.organisation(organisationId);
  if (row?.mode !== 'live') return new Set();
  const filter = { organisationId, mode: 'test' as const };
  const rows = await collections.matches.find(filter, { projection: { _id: 1 } }).toArray();
  return new Set(rows.map((one) => one._id));
}

/** The engine's memory as it is now, in a copy of its own. */
export async function copyOfMemory(deps: Deps, organisationId: string): Promise<State> {
  const state = await memoryOf(deps, organisationId);
  const breathe = breather();
  for await (const facts of logOf(deps, organisationId))
    for (const fact of facts) {
      apply(state, fact);
      await breathe();
    }
  return state;
}

/** An empty memory with the model, and the caution, that the organisation decides by. */
async function memoryOf(deps: Deps, organisationId: string): Promise<State> {
  const { model, minConfidence } = await inForce(deps, organisationId);
  return createState(organisationId, { minConfidence }, model);
}

async function* logOf({ collections, reads }: Deps, organisationId: string) {
  const row = await reads.organisation(organisationId);
  const range = { $gt: `${organisationId}:${pad(0)}`, $lte: `${organisationId}:${pad(row?.seq ?? 0)}` };
  for await (const doc of collections.facts.find({ _id: range }).sort({ _id: 1 }).batchSize(200)) yield doc.facts;
}

/** So long we compute without a break; live events share the thread. */
const WORK_MS = 8;
const REST_MS = 8;

/** Gives the thread to others now and then. */
export function breather(): () => Promise<void> | void {
  let since = performance.now();
  return () => {
    if (performance.now() - since < WORK_MS) return;
    return pause(REST_MS).then(() => {
      since = performance.now();
    });
  };
}
