import { type Cause, RaceLostError } from '@malipo/service-kit';
import { isLeftACrumb, writeOff } from '../domain/crumb.ts';
import { ENGINE } from '../domain/match.ts';
import { saveStep } from '../domain/save-step.ts';
import { owedNow, receivableOf } from '../domain/unit.ts';
import { adjusted } from '../events/outgoing.ts';
import { causeId } from './decide-payment.ts';
import type { SliceReads } from './read-slice.ts';
import type { Work } from './work.ts';

/** Writes off what a change or an undo left of an invoice, if that is a crumb, with the latest payment on it. */
export function closeCrumb(unit: Work, invoiceId: string, read: Pick<SliceReads, 'matches'>, cause: Cause): void {
  const receivable = receivableOf(unit, invoiceId);
  if (!receivable || !isLeftACrumb(receivable)) return;
  const { number, currency } = receivable;
  const paymentId = receivable.paidBy.at(-1) ?? '';
  const match = unit.matches.get(paymentId)?.now ?? read.matches.get(paymentId);
  if (!match) throw new RaceLostError(`the payments of invoice ${invoiceId}`);
  const { customerId } = match; // whose money it is hears of it, and the invoice may be somebody else’s
  const act = { who: ENGINE, at: unit.at, why: `what was left of invoice ${number} was written off` };
  saveStep(unit, match, writeOff(match, receivable, act), {
    kind: 'payment_applied',
    cause: causeId(cause),
    announce: adjusted(cause, unit.at, () => (customerId ? owedNow(unit, customerId, currency) : 0)),
  });
}
