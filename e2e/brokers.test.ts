import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { type Cluster, startCluster } from '@malipo/test-kit/stack';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { harnessHome, runKillHarness } from './src/kill-harness.ts';
import { VICTIMS } from './src/kill-services.ts';

const DEADLINE_MS = 240_000;
/** Ten ports in a row, above the stacks' and below those that the system hands out; `fetch` refuses some lower ones. */
const FIRST_PORT = 26_000 + (process.pid % 600) * 10;
const SETTINGS = { MALIPO_REPLICATION: '3', MALIPO_DB_PREFIX: 'brokers_', MALIPO_REDIS_PREFIX: 'brokers:' };

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster(3);
}, DEADLINE_MS);
afterAll(() => cluster?.stop());

test(
  'payments survive brokers that are killed with -9 one after the other: nothing lost, nothing twice',
  async () => {
    const plan = { payments: 600, kills: 2, seed: 3, firstPort: FIRST_PORT, tenants: 3, settings: SETTINGS };
    const begun = Promise.withResolvers<void>();
    const stack = { ...inject('stack'), kafkaBrokers: cluster.brokers };
    const paying = runKillHarness(stack, plan, () => begun.resolve());
    await Promise.race([begun.promise, paying]);
    await killInTurn();
    const report = await paying;
    expect(report.broken).toEqual([]);
    expect(report.payments).toBe(plan.payments);
    expect(report.receipts.twice).toBe(0);
    for (const service of VICTIMS) expect(timesOutOfReach(service)).toBeLessThanOrEqual(3 * cluster.brokers.length);
    expect(await cluster.settingOf('payment.events', 'min.insync.replicas')).toBe('2');
  },
  DEADLINE_MS,
);

/** One broker of three is no reason to say that Kafka is gone and back with every message of the others. */
const timesOutOfReach = (service: string): number =>
  readFileSync(path.join(harnessHome({ firstPort: FIRST_PORT }), `${service}.log`), 'utf8').split(
    'Kafka is out of reach',
  ).length - 1;

/** Each broker dies while the others are there, and comes back before the next. */
async function killInTurn(): Promise<void> {
  for (const [index] of cluster.brokers.entries()) {
    await cluster.kill(index + 1);
    await cluster.start(index + 1);
  }
}
