import process from 'node:process';
import { expect, inject, test } from 'vitest';
import { runKillHarness } from './src/kill-harness.ts';

const DEADLINE_MS = 150_000;
/** Ten ports in a row, below those that the system hands out by itself. */
const FIRST_PORT = 11_000 + (process.pid % 900) * 10;

/** The short form; `./scripts/bench kill` runs 10,000 payments and twenty kills. */
test(
  'payments survive services that are killed with -9: nothing lost, nothing twice, the ledger at zero',
  async () => {
    const plan = { payments: 600, kills: 5, seed: 7, firstPort: FIRST_PORT, tenants: 3 };
    const report = await runKillHarness(inject('stack'), plan);
    expect(report.broken).toEqual([]);
    expect(report.payments).toBe(plan.payments);
    expect(Object.values(report.killed).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(plan.kills);
    expect(report.duplicates).toBeGreaterThan(0);
    expect(report.deliberatelyLost).toBeGreaterThan(0);
    expect(report.receipts.twice).toBe(0);
    expect(report.drainedSeconds).toBeLessThan(20);
  },
  DEADLINE_MS,
);
