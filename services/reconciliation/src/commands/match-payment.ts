import { apply, type Decision, decide, type PaymentFact } from '@malipo/matching';
import { ConflictError, NotFoundError, RaceLostError, untilWon } from '@malipo/service-kit';
import { engineRules } from '../domain/house-rules.ts';
import { isOpen, type Match } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import { testMoney } from './decide-payment.ts';
import { copyOfMemory } from './play-past.ts';
import { beginUnits } from './read-slice.ts';
import { restrained } from './restrain.ts';
import type { Decisions, Deps } from './work.ts';

/** What would be decided on such a payment? */
export const imagine = (deps: Deps, organisationId: string, payment: PaymentFact): Promise<Decision> =>
  looking(deps, organisationId, (unit) => decide(unit.state, payment));

/**
 * What would be decided now on money that came in? Where it lies somewhere, as if it had just been taken back, whoever had
 * placed it; that is looked at in a copy of memory, which reads the organisation's whole log.
 * @throws {NotFoundError} match_not_found
 * @throws {ConflictError} payment_reversed
 */
export async function lookAgain(deps: Deps, organisationId: string, paymentId: string): Promise<Decision> {
  const match = (await deps.reads.matches([paymentId])).get(paymentId);
  if (match?.organisationId !== organisationId)
    throw new NotFoundError('match_not_found', `there is no match ${paymentId}`);
  if (match.reversed) throw new ConflictError('payment_reversed', 'the provider took this money back');
  const row = await deps.reads.organisation(organisationId);
  if (match.mode !== (row?.mode ?? 'test')) return testMoney(match);
  const payment = toPaymentFact(match.payment);
  return isOpen(match)
    ? looking(deps, organisationId, (unit) => restrained(unit, match, decide(unit.state, payment)))
    : takenBack(deps, match, row);
}

async function takenBack(deps: Deps, match: Match, row: OrganisationDoc | undefined): Promise<Decision> {
  const state = await copyOfMemory(deps, match.organisationId);
  state.rules = { ...engineRules(row?.rules), minConfidence: state.rules.minConfidence };
  apply(state, { type: 'settlement-undone', paymentId: match.paymentId });
  return decide(state, toPaymentFact(match.payment));
}

/** Reads memory as of now, which nobody changes meanwhile. */
const looking = (deps: Deps, organisationId: string, look: (unit: Decisions) => Decision): Promise<Decision> =>
  untilWon(() =>
    deps.books.looking(async () => {
      const rows = await deps.reads.organisations([organisationId]);
      const unit = (await beginUnits(deps, [organisationId], rows, new Map())).get(organisationId);
      if (!unit) throw new RaceLostError(`organisation ${organisationId}`);
      return look(unit);
    }),
  );
