import { RaceLostError } from '@malipo/service-kit';
import type { Stores } from '../deps.ts';
import { recordChange } from './record-change.ts';
import { settleFromKept } from './settle-report.ts';

const BATCH = 200;

/**
 * A claim that came to no end means that its process died between claiming and noting the answer: nobody knows whether
 * the message left, so it becomes `unknown` and is left to the delivery report or a person.
 */
export async function expireClaims(deps: Stores): Promise<void> {
  const claimMs = deps.config.MALIPO_MESSAGE_CLAIM_SECONDS * 1000;
  for (const claimed of await deps.deliveries.overdue(deps.now(), claimMs, BATCH)) {
    const now = deps.now();
    try {
      const unknown = await recordChange(deps, claimed, {
        ...claimed,
        status: 'unknown',
        reason: 'claim_expired',
        settledAt: now,
      });
      await settleFromKept(deps, unknown, null);
    } catch (error) {
      if (!(error instanceof RaceLostError)) throw error; // its sender lives after all, or another replica was first
    }
  }
}
