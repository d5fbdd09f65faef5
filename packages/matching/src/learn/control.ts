import { lowerErrorBound, riskThreshold } from './calibrate.ts';

/** Tolerated share of wrong automatic postings: one in a thousand. */
const TOLERATED_RISK = 0.001;

type Seen = { confidence: number; wrong: boolean };

/**
 * The threshold that an organisation's own decisions allow. It falls below the shipped one only where they prove it: the
 * upper bound of the error stays within the risk over all, and over those alone that would be added (some 3,000 without an
 * error), since many certain ones say nothing about a few weak ones. It rises above it where they disprove it (even the
 * lower bound is above the risk). Without evidence it is the shipped one.
 */
export function controlledThreshold(samples: readonly Seen[], shipped: number, risk = TOLERATED_RISK): number {
  const added = samples.filter((one) => one.confidence < shipped);
  const proved = Math.max(riskThreshold(samples, risk), riskThreshold(added, risk));
  if (proved < shipped) return proved;
  const above = samples.filter((one) => one.confidence >= shipped).sort((a, b) => a.confidence - b.confidence);
  let errors = above.filter((one) => one.wrong).length;
  for (const [at, { confidence, wrong }] of above.entries()) {
    const isFirst = above[at - 1]?.confidence !== confidence;
    if (isFirst && lowerErrorBound(errors, above.length - at) <= risk) return at === 0 ? shipped : confidence;
    if (wrong) errors--;
  }
  return above.length === 0 ? shipped : 1;
}
