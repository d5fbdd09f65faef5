import process from 'node:process';
import type { TrialBalance } from '@malipo/api-contracts';
import { brokenInvariants } from '@malipo/scripts/world/invariants';
import type { Tenant } from '@malipo/scripts/world/organisations';
import { writeSection } from '../report/sections.ts';
import { buildRig, type Rig } from '../rig.ts';
import { type PaidWatch, watchPaid } from './paid-watch.ts';
import { type Phase, type PhasePlan, runPhase } from './phase.ts';
import { untilAllConsumed } from './settled.ts';
import { type Callback, callbacksFor, openTenants, unequal } from './tenants.ts';

/** Callbacks come straight to payment. What follows the money has a process of its own, which stands back. */
const GROUPS = [['payment'], ['identity', 'invoice', 'reconciliation', 'gateway'], ['notification', 'analytics']];
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 12);
/** Invoices of the largest set-up; each is paid once. */
const FULL = Number(process.env['BENCH_INVOICES'] ?? 60_000);
/** A server at work is warm: for a minute after their start the compilers of Node and of the broker take a tenth of it. */
const WARM_UP = { rate: 500, seconds: 40 } as const;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

type World = {
  rig: Rig;
  watch: PaidWatch;
  tenants: Tenant[];
  queue: Callback[];
  acked: Map<number, { receipt: string; amountCents: number }[]>;
  paid: number;
};

type Measured = Phase & { receiptsAfterS: number; restAfterS: number };

async function withWorld<T>(
  name: string,
  sizes: readonly number[],
  settings: Record<string, string>,
  work: (world: World) => Promise<T>,
): Promise<{ result: T; broken: string[] }> {
  const rig = await buildRig(name, GROUPS, settings);
  try {
    say(`${name}: opening ${sizes.length} organisations with ${sizes.reduce((a, b) => a + b, 0)} invoices`);
    const tenants = await openTenants(rig, sizes, name);
    await untilCaughtUp(rig, tenants);
    await untilAllConsumed(rig.stack.kafkaBrokers, rig.prefix);
    const watch = await watchPaid(rig.stack.kafkaBrokers, rig.prefix);
    const world = { rig, watch, tenants, queue: callbacksFor(tenants), acked: new Map(), paid: 0 };
    const result = await work(world);
    const broken = await checkInvariants(world);
    await watch.stop();
    return { result, broken };
  } finally {
    await rig.stop();
  }
}

/** What was just issued must be known everywhere before a payment's time is taken. */
async function untilCaughtUp(rig: Rig, tenants: readonly Tenant[]): Promise<void> {
  const started = performance.now();
  for (const { api, invoices } of tenants) {
    const issued = invoices.reduce((sum, invoice) => sum + invoice.totalCents, 0);
    for (;;) {
      const [trial, summary] = await Promise.all([
        api.get<TrialBalance>('/api/v1/ledger/trial-balance'),
        api.get<{ outstandingCents: number }>('/api/v1/analytics/summary'),
      ]);
      const owed =
        trial.currencies.flatMap((one) => one.accounts).find((row) => row.account === 'receivable')?.balanceCents ?? 0;
      if (owed === issued && summary.outstandingCents === issued) break;
      if (performance.now() - started > CATCH_UP_MS)
        throw new Error(`${rig.url}: issued invoices are not known everywhere after ${CATCH_UP_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  say(`  known everywhere ${((performance.now() - started) / 1000).toFixed(1)} s later`);
}

const CATCH_UP_MS = 180_000;
/** What is behind is not lost: copies of what was decided come a little later than the decision. */
const SETTLE_MS = 90_000;

async function checkInvariants({ tenants, acked }: World): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const broken: string[] = [];
    for (const [index, tenant] of tenants.entries())
      broken.push(...(await brokenInvariants(tenant.api, acked.get(index) ?? [])));
    if (broken.length === 0 || performance.now() > deadline) return broken;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Receipts follow the money; the next phase begins when all are sent. @returns seconds since the last invoice was paid */
async function untilReceiptsSent({ rig }: World, count: number): Promise<number> {
  const from = performance.now();
  while (rig.sandbox.sms.sent().length < count && performance.now() - from < SETTLE_MS)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return (performance.now() - from) / 1000;
}

async function measure(world: World, label: string, plan: PhasePlan): Promise<Measured> {
  const before = world.queue.length;
  const sending = world.queue.slice();
  const phase = await runPhase(world.rig, world.watch, world.queue, plan);
  for (const callback of sending.slice(world.queue.length, before)) {
    world.acked.set(callback.tenant, [...(world.acked.get(callback.tenant) ?? []), callback]);
  }
  world.paid += phase.acked;
  const receiptsAfterS = await untilReceiptsSent(world, world.paid);
  const restAfterS = receiptsAfterS + (await untilAllConsumed(world.rig.stack.kafkaBrokers, world.rig.prefix));
  say(
    `${label}: ${phase.paidPerSecond.toFixed(0)} paid/s, p50 ${phase.p50Ms.toFixed(0)} ms, p99 ${phase.p99Ms.toFixed(0)} ms, ack p99 ${phase.ackP99Ms.toFixed(0)} ms, ${phase.cpuMsPerPayment.toFixed(2)} ms CPU each, unpaid ${phase.unpaid}, failed ${phase.failed}, receipts sent ${receiptsAfterS.toFixed(1)} s later, all consumed ${restAfterS.toFixed(1)} s later`,
  );
  return { ...phase, receiptsAfterS, restAfterS };
}

const many = await withWorld('many', unequal(200, FULL), {}, async (world) => {
  await measure(world, 'warm-up', WARM_UP);
  const at500 = await measure(world, '500/s', { rate: 500, seconds: SECONDS });
  const at1000 = await measure(world, '1,000/s', { rate: 1_000, seconds: SECONDS });
  const flat = await measure(world, 'flat out', { seconds: SECONDS });
  return { at500, at1000, flat };
});
const oneByOne = await withWorld('one-by-one', unequal(200, 4_000), { MALIPO_MAX_BATCH: '1' }, async (world) => {
  await measure(world, 'warm-up', { rate: 20, seconds: 5 });
  return measure(world, 'one message at a time, flat out', { seconds: 4, drainMs: 240_000 });
});
const single = await withWorld('single', [FULL * 0.6], {}, async (world) => {
  await measure(world, 'warm-up', WARM_UP);
  return measure(world, 'one organisation, flat out', { seconds: SECONDS });
});
const SMALL = new Set(Array.from({ length: 50 }, (_, index) => index + 1));
const hot = await withWorld('hot', [FULL / 2, ...Array.from({ length: 50 }, () => 140)], {}, async (world) => {
  const smallOnly = world.queue.filter((callback) => SMALL.has(callback.tenant));
  const quiet = smallOnly.slice(0, smallOnly.length / 2);
  const rest = new Set(quiet);
  const mixed = world.queue.filter((callback) => !rest.has(callback));
  world.queue = mixed.splice(0, WARM_UP.rate * WARM_UP.seconds);
  await measure(world, 'warm-up', WARM_UP);
  world.queue = quiet;
  const alone = await measure(world, '50 small alone', { rate: 150, seconds: 15 });
  world.queue = mixed;
  const beside = await measure(world, '50 small beside one hot', { rate: 600, seconds: SECONDS });
  return { alone, beside };
});

const broken = [many, oneByOne, single, hot].flatMap((one) => one.broken);
const row = (label: string, phase: Measured) =>
  `| ${label} | ${phase.paidPerSecond.toFixed(0)} | ${phase.p50Ms.toFixed(0)} | ${phase.p99Ms.toFixed(0)} | ${phase.maxMs.toFixed(0)} | ${phase.ackP99Ms.toFixed(0)} | ${phase.cpuMsPerPayment.toFixed(2)} | ${phase.receiptsAfterS.toFixed(1)} | ${phase.restAfterS.toFixed(1)} | ${phase.failed + phase.unpaid} |`;
const hotRatio = hot.result.beside.p99Of(SMALL) / hot.result.alone.p99Of(SMALL);

writeSection('flow', [
  '| ratio | measured | floor |',
  '| --- | --- | --- |',
  `| batches to one message at a time, paid invoices a second | ${(many.result.flat.paidPerSecond / oneByOne.result.paidPerSecond).toFixed(1)} | 8 |`,
  `| small organisations' p99 beside a hot one, to alone | ${hotRatio.toFixed(2)} | at most 2 |`,
  '',
  '| 200 organisations of unequal size | paid/s | p50 ms | p99 ms | max ms | ack p99 ms | CPU ms each | receipts sent, s later | all else, s later | failed or unpaid |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  row('500 a second', many.result.at500),
  row('1,000 a second', many.result.at1000),
  row('flat out', many.result.flat),
  row('flat out, one message at a time', oneByOne.result),
  row('one organisation with everything, flat out', single.result),
  row('one hot and 50 small, 600 a second', hot.result.beside),
  '',
  `Floors: 1,000 a second flat out, p99 under 500 ms at 500 a second, 700 a second for one organisation. CPU counts the services, MongoDB, Kafka and Redis, until the last invoice is paid: receipts, figures and copies stand back for the money and follow; the next phase begins when they have caught up. Warm-up: 40 s at 500 a second. MongoDB has a cache of 2 GB. Delivery reports are switched off. Broken invariants: ${broken.length === 0 ? 'none' : broken.slice(0, 5).join('; ')}.`,
]);
process.exitCode = broken.length === 0 ? 0 : 1;
