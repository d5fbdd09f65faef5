import type { Outcome } from '@malipo/matching';
import type { Verdict } from './judgement.ts';

/** Bins of confidence: the interesting ones lie near certainty. Each begins where the one before it ends. */
export const BINS = [0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995] as const;

/** Payments of one period that are alike: how they were decided, what came of it, and the bin of their confidence. */
export type Group = {
  /** First day of the period. */
  start: string;
  outcome: Outcome;
  end: Verdict | 'stood' | 'open';
  /** Place in `BINS`; −1 where nothing was proposed. */
  bin: number;
  payments: number;
  confidence: number;
  /** Sums over the payments. */
  confidenceSquared: number;
};

const RIGHT: ReadonlySet<Group['end']> = new Set(['confirmed', 'stood']);
const WRONG: ReadonlySet<Group['end']> = new Set(['corrected', 'rejected', 'undone']);

/** The figures of a period, from its groups. */
export function figuresOf(groups: readonly Group[]) {
  const count = (of: (group: Group) => boolean): number =>
    groups.reduce((sum, group) => sum + (of(group) ? group.payments : 0), 0);
  const ended = (end: Group['end']) => count((group) => group.end === end);
  const decided = (outcome: Outcome) => count((group) => group.outcome === outcome);
  const judged = groups.filter((group) => group.bin >= 0 && (RIGHT.has(group.end) || WRONG.has(group.end)));
  const n = judged.reduce((sum, group) => sum + group.payments, 0);
  const calibration = calibrationOf(judged);
  const [payments, automatic, undone] = [count(() => true), decided('auto'), ended('undone')];
  const overturned = ended('corrected') + ended('rejected') + undone;
  return {
    payments,
    automatic,
    suggested: decided('suggested'),
    unmatched: decided('unmatched'),
    automaticRate: share(automatic, payments),
    confirmed: ended('confirmed'),
    corrected: ended('corrected'),
    rejected: ended('rejected'),
    undone,
    placed: ended('placed'),
    stood: ended('stood'),
    overturned,
    overturnedRate: share(overturned, overturned + ended('confirmed') + ended('stood')),
    wrongAutomaticRate: share(undone, automatic),
    brier: share(
      judged.reduce((sum, group) => sum + squaredError(group), 0),
      n,
    ),
    ece: share(
      calibration.reduce((sum, bin) => sum + bin.payments * Math.abs(bin.said - bin.right), 0),
      n,
    ),
    calibration,
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const squaredError = ({ end, payments, confidence, confidenceSquared }: Group): number =>
  RIGHT.has(end) ? payments - 2 * confidence + confidenceSquared : confidenceSquared;

function calibrationOf(judged: readonly Group[]) {
  return BINS.flatMap((from, bin) => {
    const own = judged.filter((group) => group.bin === bin);
    const payments = own.reduce((sum, group) => sum + group.payments, 0);
    if (payments === 0) return [];
    const said = own.reduce((sum, group) => sum + group.confidence, 0) / payments;
    const right = own.reduce((sum, group) => sum + (RIGHT.has(group.end) ? group.payments : 0), 0) / payments;
    return [{ from, to: BINS[bin + 1] ?? 1, payments, said, right }];
  });
}
