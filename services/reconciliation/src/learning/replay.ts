import {
  apply,
  createState,
  type Examined,
  examine,
  type Fact,
  type Judged,
  type Model,
  type Rules,
} from '@malipo/matching';
import { customerIn, isRight, type Judgement, spendingOf } from '../domain/judgement.ts';

/** Candidates kept of each payment, best first: the rest have no chance to speak of. */
const CANDIDATES = 20;
/** What silence teaches about customers, against a person's word: it agrees with whatever the model did. */
const SILENCE = 0.2;

export type LoggedCommit = { seq: number; facts: readonly Fact[] };

/**
 * Sees judged payments again as they were when the engine decided on them: the log is folded from its beginning, and each
 * payment is looked at just before the decision that was judged.
 */
export function createReplay(
  organisationId: string,
  rules: Partial<Rules>,
  model: Model,
  wanted: readonly Judgement[],
) {
  const state = createState(organisationId, { ...rules, automatic: true }, model);
  const at = new Map(wanted.map((one) => [one.paymentId, one.decidedSeq]));
  const seen = new Map<string, Examined>();
  return {
    take({ seq, facts }: LoggedCommit): void {
      for (const fact of facts) {
        if (fact.type === 'payment-decided' && at.get(fact.payment.paymentId) === seq) {
          const examined = examine(state, fact.payment);
          if (examined) seen.set(fact.payment.paymentId, best(examined));
        }
        apply(state, fact);
      }
    },
    /** What was seen, with how it ended, in the order of the judgements. */
    judged: (stoodBefore: Date): Judged[] =>
      wanted.flatMap((one) => {
        const examined = seen.get(one.paymentId);
        return examined && isFaithful(examined, one) ? toJudged(examined, one, stoodBefore) : [];
      }),
  };
}

/** Is what was proposed then among what would be now? Not where the house rules have changed since: nothing is learned of it. */
const isFaithful = ({ customers, allocations }: Examined, { proposal }: Judgement): boolean =>
  proposal === null || customers.some((customer, place) => spendingOf(customer, allocations[place] ?? []) === proposal);

const best = ({ asked, customers, rows, allocations, inputs, guards }: Examined): Examined => ({
  asked,
  customers: customers.slice(0, CANDIDATES),
  rows: rows.slice(0, CANDIDATES),
  allocations: allocations.slice(0, CANDIDATES),
  inputs: inputs.slice(0, CANDIDATES),
  guards,
});

/** @param stoodBefore see `isRight` */
function toJudged(examined: Examined, judgement: Judgement, stoodBefore: Date): Judged {
  const { truth, verdict, proposal } = judgement;
  const end = truth ?? (verdict === null ? proposal : null);
  const chosen = end === null ? -1 : examined.customers.indexOf(customerIn(end));
  return {
    examined,
    chosen: chosen < 0 ? null : chosen,
    right: examined.customers.map((customer, place) =>
      isRight(judgement, spendingOf(customer, examined.allocations[place] ?? []), stoodBefore),
    ),
    weight: verdict === null ? SILENCE : 1,
  };
}
