/** Which models an organisation uses, and how careful it must be. It moves with the organisation's `seq`. */
export type Learning = {
  /** Version in force; null for the shipped one. */
  champion: string | null;
  /** Scored beside it on every payment. */
  challenger: string | null;
  /** When the champion took over. */
  since: Date | null;
  /** How often drift raised the threshold, 0 to `MAX_CAUTION`. */
  caution: number;
};

export const NOT_LEARNED: Learning = { champion: null, challenger: null, since: null, caution: 0 };

/** At the last step nothing is applied without a person. */
export const MAX_CAUTION = 3;
const NEVER = 1.01;
/** Each step leaves a quarter of the tolerated doubt. */
const STEP = 4;

/** The confidence that automatic decisions need at a step of caution; 0 means that the model's threshold is enough. */
export function raisedThreshold({ threshold, strictThreshold }: Thresholds, caution: number): number {
  if (caution === 0) return 0;
  return caution >= MAX_CAUTION ? NEVER : Math.max(strictThreshold, 1 - (1 - threshold) / STEP ** caution);
}

type Thresholds = { threshold: number; strictThreshold: number };

export type ModelStatus = 'champion' | 'challenger' | 'retired';

/** Status follows from the pointers, so that a model itself never changes. @param version null for the shipped one */
export function statusOf(learning: Learning, version: string | null): ModelStatus {
  if (learning.champion === version) return 'champion';
  return version !== null && learning.challenger === version ? 'challenger' : 'retired';
}

/** What was changed about an organisation's models, by whom and why; never edited. */
export type ModelChange = {
  kind: 'challenged' | 'withdrawn' | 'promoted' | 'rolled_back' | 'threshold_raised' | 'threshold_lowered';
  from: string;
  to: string;
  /** A user, or the engine. */
  who: string;
  why: string;
};
