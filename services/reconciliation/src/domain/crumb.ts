import { CRUMB_CENTS } from '@malipo/values';
import { type Act, remarked } from './act.ts';
import { heldLine, type Match } from './match.ts';
import { applyTo, type Receivable } from './receivable.ts';
import type { Outcome } from './settle.ts';

/** Is so little of a paid invoice still owed that it is written off? Not again and again, when it is raised in small steps. */
export const isLeftACrumb = ({ status, currency, appliedCents, balanceCents, roundingCents }: Receivable): boolean =>
  status === 'open' && currency === 'KES' && appliedCents > 0 && balanceCents + roundingCents <= CRUMB_CENTS;

/** An invoice as it stands once what is left of it is written off, if that is a crumb. */
export const withoutCrumb = (receivable: Receivable): Receivable =>
  isLeftACrumb(receivable) ? applyTo(receivable, receivable.paidBy.at(-1) ?? '', 0).receivable : receivable;

/** Closes an invoice's last crumb with the payment that lies on it. The decision stands, whoever took it. */
export function writeOff(match: Match, before: Receivable, act: Act): Outcome {
  const line = heldLine(match, before.invoiceId);
  if (!line) throw new RangeError(`payment ${match.paymentId} pays nothing of invoice ${before.invoiceId}`);
  const { receivable, roundingCents } = applyTo(before, match.paymentId, 0);
  const closed = { ...line, roundingCents: line.roundingCents + roundingCents, version: line.version + 1 };
  const allocations = match.allocations.map((one) => (one === line ? closed : one));
  return { receivables: [receivable], match: remarked({ ...match, allocations }, 'adjusted', act) };
}
