import type { Cause } from '@malipo/service-kit';
import type { Act } from '../domain/act.ts';
import { movedThere } from '../domain/facts.ts';
import { ENGINE, type Match, type Settlement } from '../domain/match.ts';
import { saveStep } from '../domain/save-step.ts';
import { spendCredit } from '../domain/settle.ts';
import { owedNow, receivableOf } from '../domain/unit.ts';
import { adjusted } from '../events/outgoing.ts';
import { causeId } from './decide-payment.ts';
import { matchesOf, type SliceReads } from './read-slice.ts';
import type { Work } from './work.ts';

/** Spends a payment's credit within a unit; what is refused leaves the unit as it was. @throws as `spendCredit` */
export function spendCreditIn(
  unit: Work,
  match: Match,
  parts: Settlement['allocations'],
  act: Act,
  cause: Cause,
): Match {
  const outcome = spendCredit(match, parts, act, (id) => receivableOf(unit, id));
  const owed = () => owedNow(unit, match.customerId ?? '', match.payment.currency);
  return saveStep(unit, match, outcome, {
    kind: 'credit_applied',
    cause: causeId(cause),
    facts: [movedThere(outcome.match)],
    announce: adjusted(cause, unit.at, owed),
  });
}

/** Where the house rules say so: the customer's credit pays the invoice, the oldest first, for as long as either lasts. */
export function spendOn(unit: Work, invoiceId: string, read: SliceReads, cause: Cause): void {
  const credits = matchesOf(unit, read)
    .filter((match) => match.creditCents > 0 && !match.reversed)
    .sort((a, b) => (a.payment.receivedAt < b.payment.receivedAt ? -1 : 1));
  for (const match of credits) {
    const invoice = receivableOf(unit, invoiceId);
    const fits = invoice?.customerId === match.customerId && invoice.currency === match.payment.currency;
    if (invoice?.status !== 'open' || !fits || invoice.mode !== match.mode) continue;
    const part = { invoiceId, amountCents: Math.min(match.creditCents, invoice.balanceCents) };
    const act = { who: ENGINE, at: unit.at, why: `invoice ${invoice.number} was issued` };
    spendCreditIn(unit, match, [part], act, cause);
  }
}
