import type { Split } from '../rules/allocate.ts';
import type { InvoiceRecord } from '../state.ts';
import { withoutZeros } from '../text/fold.ts';
import type { PaymentFact } from '../types.ts';
import type { Reading } from './reading.ts';
import { isDigits, pieceAt } from './segments.ts';

const digitRunsOf = (number: string): string[] => (number.match(/\d+/g) ?? []).map(withoutZeros);

/** A bank's line has digits of its own; three of them are hardly a part of this customer's number by chance. */
const leastDigits = ({ reference }: PaymentFact): number => (reference === null ? 3 : 1);

/** As many digits at the end of a run are hardly there by chance: `614` of `26240614`, which was typed without its year and day. */
const LEAST_AT_END = 3;

const isOf = (typed: string, run: string): boolean =>
  typed === run || (typed.length >= LEAST_AT_END && run.endsWith(typed));

/** Open invoices with more of the unread digits in their numbers than others: `bill 8`, of `07/26/C3-08` and `08/26/C3-08`. */
export function partOf({ payment, unread }: Reading, open: readonly InvoiceRecord[]): number[] {
  if (unread.length === 0) return [];
  const shortest = leastDigits(payment);
  const counts = open.map(({ number }) => {
    return digitRunsOf(number).filter((run) => unread.some((typed) => typed.length >= shortest && isOf(typed, run)))
      .length;
  });
  const least = counts.reduce((low, count) => Math.min(low, count), Number.POSITIVE_INFINITY);
  return [...open.keys()].filter((at) => (counts[at] ?? 0) > least);
}

/** Short digits that a payer joined to a number, also in a bank's line: `GBT-2 & 3`, `01AND2AND3`. */
const JOINED = /(?<=\d\s?(?:and|na|[,&+])\s?)\d{1,2}(?![\dA-Za-z]|,\d{3})/gi;

/** Digits of the text that are no part of the numbers of these invoices. */
function furtherDigits({ segments, text }: Reading, known: readonly string[]): { typed: string; isJoined: boolean }[] {
  const pieces = segments.starts.map((_, at) => pieceAt(segments, at)).filter(isDigits);
  const joined = new Set(pieces.length > 1 ? (text.match(JOINED) ?? []).map(withoutZeros) : []);
  return [...new Set(pieces.map(withoutZeros))]
    .filter((piece) => !known.some((run) => isOf(piece, run)))
    .map((typed) => ({ typed, isJoined: joined.has(typed) }));
}

/**
 * Digits of the text stand in the number of an open invoice that is not picked, or end it, and in none that is: `23+390`, of
 * `K-23-5` and `K-390-3`. Two do where that invoice is what the rest of the money costs.
 */
export function isPartOfAnother(
  reading: Reading,
  open: readonly InvoiceRecord[],
  { picks, creditCents }: Split,
): boolean {
  const usual = leastDigits(reading.payment);
  const least = (at: number) => (open[at]?.balanceCents === creditCents ? Math.min(2, usual) : usual);
  const runsOf = (at: number) => digitRunsOf(open[at]?.number ?? '');
  const further = furtherDigits(reading, picks.flatMap(runsOf));
  const others = [...open.keys()].filter((at) => !picks.includes(at));
  return others.some((at) =>
    runsOf(at).some((run) =>
      further.some(({ typed, isJoined }) => (isJoined || typed.length >= least(at)) && isOf(typed, run)),
    ),
  );
}

/** Further open invoices, each the only one that some digits of the text are a part of. */
export function furtherOf(reading: Reading, open: readonly InvoiceRecord[], picks: readonly number[]): number[] {
  const least = leastDigits(reading.payment);
  const runs = open.map(({ number }) => digitRunsOf(number));
  const others = [...open.keys()].filter((at) => !picks.includes(at));
  const known = picks.flatMap((at) => runs[at] ?? []);
  const typed = furtherDigits(reading, known).filter((one) => one.isJoined || one.typed.length >= least);
  const found = typed.flatMap((one) => {
    const having = others.filter((at) => runs[at]?.some((run) => isOf(one.typed, run)));
    return having.length === 1 ? having : [];
  });
  return [...new Set(found)];
}
