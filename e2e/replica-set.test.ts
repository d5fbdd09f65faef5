import process from 'node:process';
import { type ReplicaSet, startReplicaSet } from '@malipo/test-kit/stack';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runKillHarness } from './src/kill-harness.ts';

const DEADLINE_MS = 240_000;
/** Ten ports in a row, below those that the system hands out by itself. */
const FIRST_PORT = 12_000 + (process.pid % 600) * 10;
const SETTINGS = { MALIPO_DB_PREFIX: 'members_', MALIPO_KAFKA_PREFIX: 'members.', MALIPO_REDIS_PREFIX: 'members:' };

let set: ReplicaSet;
beforeAll(async () => {
  set = await startReplicaSet(3);
}, DEADLINE_MS);
afterAll(() => set?.stop());

test(
  'payments survive a primary that is killed, hands over, or hangs and comes back: nothing lost, nothing twice',
  async () => {
    const plan = { payments: 480, parts: 12, kills: 1, seed: 5, firstPort: FIRST_PORT, tenants: 3, settings: SETTINGS };
    const begun = Promise.withResolvers<void>();
    const paying = runKillHarness({ ...inject('stack'), mongoUrl: set.url }, plan, () => begun.resolve());
    let isOver = false;
    const over = paying.finally(() => {
      isOver = true;
    });
    await Promise.race([begun.promise, over]);
    await loseOnePrimaryAfterTheOther();
    expect(isOver, 'all was paid before the last primary was lost').toBe(false);
    const report = await over;
    expect(report.broken).toEqual([]);
    expect(report.payments).toBe(plan.payments);
    expect(report.receipts.twice).toBe(0);
  },
  DEADLINE_MS,
);

/** A majority is there at all times, so that another takes over each time. */
async function loseOnePrimaryAfterTheOther(): Promise<void> {
  const killed = await set.primary();
  await set.kill(killed);
  await set.primary();
  await set.start(killed);
  await set.stepDown();
  const frozen = await set.primary();
  set.freeze(frozen);
  await set.primary();
  set.thaw(frozen); // it takes itself for the primary until it hears of the other
  await set.primary();
}
