import { allocate, type Split } from '../rules/allocate.ts';
import type { Rules } from '../rules/rules.ts';
import type { InvoiceRecord } from '../state.ts';
import { withoutZeros } from '../text/fold.ts';
import { calledBefore } from './called.ts';
import type { Named } from './named.ts';
import { furtherOf, partOf } from './part-of.ts';
import type { Reading } from './reading.ts';
import { pieceAt } from './segments.ts';

/** More of them than this, and a payer types no list. */
const MAX_GUESSED = 32;

/** What the house rules make of what is named clearly, and whether digits speak for another invoice. */
type Known = { named: Named; split: Split; elsewhere: boolean };

/**
 * What digits mean that name nothing by themselves: the only open invoice of whose number they are a part, or those that cost
 * exactly what was paid, together with what is named clearly. A person is shown it, and asked: it is never applied alone.
 * @returns null where they say nothing
 */
export function guess(reading: Reading, open: readonly InvoiceRecord[], known: Known, rules: Rules): Split | null {
  const isMore = isMoreThanNamed(known, open);
  if (!isMore && !known.elsewhere) return null;
  const picks =
    exactly(reading, open, isMore ? known.split.picks : [], rules) ?? (isMore ? [] : one(reading, open, known, rules));
  if (picks.length === 0) return null;
  const guessed = allocate(open, reading.payment.amountCents, picks, rules);
  return guessed.rule === 'named' ? guessed : null;
}

const isMoreThanNamed = ({ named: { level }, split }: Known, open: readonly InvoiceRecord[]): boolean =>
  level >= 3 && split.rule === 'named' && split.creditCents > 0 && open.length > split.picks.length;

/** One slip of less than this leaves many a number. */
const MIN_SLIP = 6;

/** The one invoice of whose number digits are a part, else the one from whose number all that was typed is a slip. */
function one(reading: Reading, open: readonly InvoiceRecord[], { named }: Known, rules: Rules): number[] {
  const parts = only(reading, open, rules);
  const nearest = [...new Set(named.nearest)];
  const isSlip = named.slips === 1 && nearest.length === 1 && reading.segments.folded.length >= MIN_SLIP;
  return parts.length === 0 && isSlip ? nearest : parts;
}

/** Fewer digits than these among words may count something. */
const MIN_ALONE = 3;

/** The one invoice of whose number digits are a part, where it takes all the money. */
function only(reading: Reading, open: readonly InvoiceRecord[], { toleranceCents }: Rules): number[] {
  const { segments, unread } = reading;
  const isAlone = segments.starts.length === 2;
  const isMeant = (piece: string, at: number) =>
    isAlone || piece.length >= MIN_ALONE || calledBefore(segments, at) === 'invoice';
  const meant = segments.starts.flatMap((_, at) => {
    const piece = pieceAt(segments, at);
    return isMeant(piece, at) ? withoutZeros(piece) : [];
  });
  const parts = partOf({ ...reading, unread: unread.filter((digits) => meant.includes(digits)) }, open);
  const owed = open[parts[0] ?? -1]?.balanceCents ?? 0;
  return parts.length === 1 && owed + toleranceCents >= reading.payment.amountCents ? parts : [];
}

/** What is picked and what further digits are parts of, where all of it costs what was paid. */
function exactly(
  reading: Reading,
  open: readonly InvoiceRecord[],
  picks: readonly number[],
  { toleranceCents }: Rules,
): number[] | null {
  if (open.length > MAX_GUESSED) return null;
  const further = furtherOf(reading, open, picks);
  const all = [...picks, ...further].sort((a, b) => a - b);
  const owed = all.reduce((sum, at) => sum + (open[at]?.balanceCents ?? 0), 0);
  return further.length > 0 && all.length > 1 && Math.abs(owed - reading.payment.amountCents) <= toleranceCents
    ? all
    : null;
}
