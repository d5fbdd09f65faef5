import { lowerErrorBound } from '@malipo/matching';
import { isRight, type Judgement } from './judgement.ts';

/** What one of two models did with the same judged payments. */
export type Tally = { automatic: number; wrong: number; brier: number };
export type Comparison = {
  /** Payments on which both proposed something whose end is known. */
  judged: number;
  champion: Tally;
  challenger: Tally;
  /** Applied by one of them only. */
  onlyChallenger: number;
  onlyChampion: number;
  /** Mean gain of the challenger in squared error, in standard errors. */
  brierGain: number;
};

export type Step = { act: 'promote' | 'withdraw' | 'wait'; why: string };

/** Nothing is decided on fewer judged payments; on more than the last, a challenger that proved nothing is let go. */
export const ENOUGH = 200;
const TOO_MANY = 3_000;
/** One-sided 1 %, stricter than usual since one looks again and again. */
const ALPHA = 0.01;
const Z = 2.33;
/** A smaller difference in squared error may be beyond chance, but nobody would notice it. */
const NOTICEABLE = 0.0005;
/** Automatic decisions that may be taken back before a learned model is taken back itself. */
const TOLERATED_OVERTURNS = 0.002;
export const LEAST_OVERTURNS = 2;

/** Lines up what both models said about each judged payment. */
export function compare(rows: readonly Judgement[], stoodBefore: Date): Comparison {
  const comparison: Comparison = {
    judged: 0,
    champion: { automatic: 0, wrong: 0, brier: 0 },
    challenger: { automatic: 0, wrong: 0, brier: 0 },
    onlyChallenger: 0,
    onlyChampion: 0,
    brierGain: 0,
  };
  const gains: number[] = [];
  for (const row of rows) {
    const own = { ...row, right: isRight(row, row.proposal, stoodBefore) };
    const other = row.shadow && { ...row.shadow, right: isRight(row, row.shadow.proposal, stoodBefore) };
    if (!other || own.right === null || other.right === null) continue;
    comparison.judged++;
    gains.push(add(comparison.champion, own) - add(comparison.challenger, other));
    if (other.outcome === 'auto' && own.outcome !== 'auto') comparison.onlyChallenger++;
    if (own.outcome === 'auto' && other.outcome !== 'auto') comparison.onlyChampion++;
  }
  const n = Math.max(1, comparison.judged);
  comparison.champion.brier /= n;
  comparison.challenger.brier /= n;
  comparison.brierGain = inStandardErrors(gains);
  return comparison;
}

function add(record: Tally, said: { outcome: string; confidence: number | null; right: boolean | null }): number {
  const error = ((said.confidence ?? 0) - (said.right ? 1 : 0)) ** 2;
  record.brier += error;
  if (said.outcome === 'auto') {
    record.automatic++;
    if (!said.right) record.wrong++;
  }
  return error;
}

function inStandardErrors(gains: readonly number[]): number {
  if (gains.length < 2) return 0;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return variance === 0 ? 0 : mean / Math.sqrt(variance / gains.length);
}

/** More often than by chance: a one-sided sign test on the payments where the two differ. */
const isMore = (ours: number, theirs: number): boolean => lowerErrorBound(ours, ours + theirs, ALPHA) > 0.5;

/**
 * May the challenger take over? Only on enough judged payments, with no more wrong automatic ones than the champion, and
 * when it applies significantly more or is significantly better calibrated, and significantly worse in neither.
 */
export function weigh(comparison: Comparison): Step {
  const { judged, champion, challenger, onlyChallenger, onlyChampion, brierGain } = comparison;
  if (challenger.wrong > champion.wrong)
    return { act: 'withdraw', why: `${challenger.wrong} wrong automatic ones against ${champion.wrong}` };
  if (judged < ENOUGH) return { act: 'wait', why: `${judged} of ${ENOUGH} judged payments` };
  if (isMore(onlyChampion, onlyChallenger)) return { act: 'withdraw', why: 'it applies significantly less' };
  const gain = champion.brier - challenger.brier;
  if (brierGain < -Z && gain < -NOTICEABLE)
    return { act: 'withdraw', why: 'its confidence is significantly less true' };
  if (isMore(onlyChallenger, onlyChampion))
    return {
      act: 'promote',
      why: `it applies ${onlyChallenger} more and ${onlyChampion} fewer of ${judged}, and no more of them wrong`,
    };
  if (brierGain > Z && gain > NOTICEABLE)
    return { act: 'promote', why: `its confidence is truer on ${judged} judged payments` };
  if (judged >= TOO_MANY) return { act: 'withdraw', why: `it proved nothing on ${judged} judged payments` };
  return { act: 'wait', why: `no significant difference on ${judged} judged payments` };
}

/** Were so many of a model's automatic decisions taken back that it is worse than tolerated, beyond chance? */
export const mustRollBack = (automatic: number, overturned: number): boolean =>
  overturned >= LEAST_OVERTURNS && lowerErrorBound(overturned, automatic) > TOLERATED_OVERTURNS;
