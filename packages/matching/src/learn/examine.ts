import { allocationsOf } from '../evidence/evidence.ts';
import { read } from '../evidence/reading.ts';
import { readMessage } from '../messages.ts';
import { CONFIDENCE_INPUTS, fillConfidence } from '../score/confidence.ts';
import { guardsOf } from '../score/guards.ts';
import { look, rank, standingOf } from '../score/rank.ts';
import type { State } from '../state.ts';
import type { Allocation, PaymentFact } from '../types.ts';

/** What the models see of one payment: the candidates' features, and the best one's inputs to the confidence model. */
export type Examined = {
  /** The first is whom our own request was made to, whatever the models say. */
  asked: boolean;
  customers: string[];
  rows: Float64Array[];
  /** For each candidate: what the house rules would do, and the confidence inputs if it were the best. */
  allocations: Allocation[][];
  inputs: Float64Array[];
  guards: string[];
};

/** Looks at a payment as `decide` does and keeps the numbers; null for a message that is no new money. */
export function examine(state: State, payment: PaymentFact): Examined | null {
  if (readMessage(state, payment)) return null;
  const reading = read(state, payment);
  const ranking = rank(look(state, reading), state.model);
  const asked = ranking.ranked[0]?.evidence.requested === true;
  const examined: Examined = { asked, customers: [], rows: [], allocations: [], inputs: [], guards: [] };
  for (const [at, { evidence, row }] of ranking.ranked.entries()) {
    examined.customers.push(evidence.candidate.customer.customerId);
    examined.rows.push(row.slice());
    examined.allocations.push(allocationsOf(evidence));
    const standing = standingOf(state, reading, ranking, at);
    const inputs = new Float64Array(CONFIDENCE_INPUTS.length);
    if (standing) fillConfidence(inputs, standing);
    examined.inputs.push(inputs);
    if (at === 0 && standing) examined.guards = guardsOf(state, reading, standing).map((guard) => guard.name);
  }
  return examined;
}
