import type { Judgement } from './judgement.ts';
import { MAX_CAUTION } from './learning.ts';

export type AlarmKind = 'overturned' | 'overconfident' | 'shifted';
export type Alarm = { kind: AlarmKind; statistic: number; limit: number };

/** What is watched between two looks, in order of the log. */
export type Drift = {
  /** Cumulative sum over automatic decisions and those of them taken back. */
  cusum: number;
  /** Good outcomes since the last bad one, the last alarm or the last change of caution. */
  quiet: number;
  caution: number;
  /** When an alarm last rang, or a step of caution was taken back. */
  changedAt: Date | null;
  alarm: Alarm | null;
};

export const CALM: Drift = { cusum: 0, quiet: 0, caution: 0, changedAt: null, alarm: null };

/** Errors among automatic decisions that are expected, and those to be found out: 0.1 % and 1 %. @see Page (1954) */
const GOOD = 0.001;
const BAD = 0.01;
const GAIN = Math.log(BAD / GOOD);
const LOSS = Math.log((1 - BAD) / (1 - GOOD));
/** Two taken back within some sixty automatic decisions. */
export const CUSUM_LIMIT = 4;
/** One-sided, 1 in 2,000 looks. */
const OVERCONFIDENT_LIMIT = 3.3;
/** "A major shift" by the rule of thumb for the population stability index. */
const SHIFT_LIMIT = 0.25;
/** Good outcomes and days without an alarm, before one step of caution is taken back. */
const QUIET_OUTCOMES = 100;
const QUIET_MS = 7 * 86_400_000;

/** What a new or changed judgement says. */
export function afterJudgement(drift: Drift, before: Judgement | undefined, after: Judgement): Drift {
  const wasOverturned = before?.verdict === 'undone';
  if (after.verdict === 'undone') return wasOverturned ? drift : overturned(drift);
  if (after.verdict === 'confirmed' && before?.verdict === null) return confirmed(drift);
  if (after.verdict === 'confirmed' && wasOverturned) return vindicated(drift);
  const isAutomatic = after.outcome === 'auto' && before?.outcome !== 'auto' && after.verdict === null;
  return isAutomatic ? automatic(drift) : drift;
}

/** An automatic decision was taken; each lowers the sum a little. */
const automatic = (drift: Drift): Drift => ({
  ...drift,
  cusum: Math.max(0, drift.cusum + LOSS),
  quiet: drift.quiet + 1,
});

/** A suggestion was confirmed as it stood: what caution holds back would have been right. */
const confirmed = (drift: Drift): Drift => ({ ...drift, quiet: drift.quiet + 1 });

/** An automatic decision was taken back. */
const overturned = (drift: Drift): Drift => ({ ...drift, cusum: drift.cusum + GAIN - LOSS, quiet: 0 });

/** And was right after all, as the person says who applied it again as it had been. */
const vindicated = (drift: Drift): Drift => ({ ...drift, cusum: Math.max(0, drift.cusum - GAIN + LOSS) });

/** People err, too: one refusal of something certain proves nothing. */
const HUMAN = 0.98;

/** Said against what came true, in standard deviations; positive where too much was said. */
export function overconfidence(judged: readonly { confidence: number; right: boolean }[]): number {
  let gap = 0;
  let variance = 0;
  for (const { confidence: said, right } of judged) {
    const confidence = Math.min(said, HUMAN);
    gap += confidence - (right ? 1 : 0);
    variance += confidence * (1 - confidence);
  }
  return variance === 0 ? 0 : gap / Math.sqrt(variance);
}

/** Bands of confidence; null (nothing proposed) is one of its own. */
const BANDS = [0.5, 0.9, 0.97, 0.99, 0.995, 0.999];
const bandOf = (confidence: number | null): number =>
  confidence === null ? BANDS.length + 1 : BANDS.filter((edge) => confidence >= edge).length;

/** Population stability index of recent confidence against earlier; half a payment in each band keeps it finite. */
export function shift(earlier: readonly (number | null)[], recent: readonly (number | null)[]): number {
  if (earlier.length === 0 || recent.length === 0) return 0;
  const shares = (values: readonly (number | null)[]) => {
    const counts = new Array<number>(BANDS.length + 2).fill(0.5);
    for (const value of values) counts[bandOf(value)] = (counts[bandOf(value)] ?? 0) + 1;
    return counts.map((count) => count / (values.length + counts.length / 2));
  };
  const before = shares(earlier);
  return shares(recent).reduce((sum, now, band) => {
    const was = before[band] ?? now;
    return sum + (now - was) * Math.log(now / was);
  }, 0);
}

export type Statistics = { overconfidence: number; shift: number };

/** The first alarm that rings; a shift nobody has judged yet may only take the first step. */
function ringing(drift: Drift, { overconfidence: over, shift: moved }: Statistics): Alarm | null {
  if (drift.cusum > CUSUM_LIMIT) return { kind: 'overturned', statistic: drift.cusum, limit: CUSUM_LIMIT };
  if (over > OVERCONFIDENT_LIMIT) return { kind: 'overconfident', statistic: over, limit: OVERCONFIDENT_LIMIT };
  if (moved > SHIFT_LIMIT && drift.caution === 0) return { kind: 'shifted', statistic: moved, limit: SHIFT_LIMIT };
  return null;
}

/**
 * One look: an alarm takes a step of caution, or begins the wait for quiet anew where there is none left to take; a long quiet
 * takes one back. The same object where nothing changes.
 */
export function look(drift: Drift, statistics: Statistics, now: Date): Drift {
  const alarm = ringing(drift, statistics);
  if (alarm) return { caution: Math.min(MAX_CAUTION, drift.caution + 1), cusum: 0, quiet: 0, changedAt: now, alarm };
  const isQuiet = drift.quiet >= QUIET_OUTCOMES && now.getTime() - (drift.changedAt?.getTime() ?? 0) >= QUIET_MS;
  if (drift.caution === 0 || !isQuiet) return drift;
  const caution = drift.caution - 1;
  return { ...drift, caution, quiet: 0, changedAt: now, alarm: caution === 0 ? null : drift.alarm };
}
