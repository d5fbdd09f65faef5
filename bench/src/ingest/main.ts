import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { credentialsOf, openTenant } from '@malipo/scripts/world/organisations';
import { Admin } from '@platformatic/kafka';
import { MongoClient } from 'mongodb';
import { type LoadResult, runLoad } from '../http-load.ts';
import { memoryMb } from '../processes.ts';
import { writeSection } from '../report/sections.ts';
import { buildRig, type Rig } from '../rig.ts';
import { interleave, median, spread } from '../rounds.ts';
import { confirmation, receiptOf } from './bodies.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
/** V8 optimises while it runs: what is measured is a service that has been up for a while. */
const WARM_UPS = 2;
const CONNECTIONS = 256;
const CONTENDERS = ['none', 'naive', 'ours'] as const;
type Contender = (typeof CONTENDERS)[number];
type Target = { port: number; path: string };

let sent = 0;

const load = ({ port, path: route }: Target, plan: { connections: number; rate?: number }) =>
  runLoad({
    port,
    ...plan,
    durationMs: SECONDS * 1000,
    warmUpMs: 1_000,
    next: () => ({
      path: route,
      body: confirmation({
        receipt: receiptOf(sent++),
        amount: '1500.00',
        reference: 'INV-000001',
        shortcode: '100000',
        msisdn: '2547 ***** 126',
      }),
    }),
  });

async function baseline(kind: 'none' | 'naive', rig: Rig): Promise<Target & { stop(): void }> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=TimeoutNegativeWarning',
      path.join(import.meta.dirname, 'naive.ts'),
      kind,
      '0',
      rig.stack.mongoUrl,
      rig.stack.kafkaBrokers.join(','),
      'bench.naive',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(line.toString().split(' ')[1]), path: '/callback', stop: () => void child.kill('SIGTERM') };
}

/** How long after the last answer spool and outbox are empty, in seconds; it gives up after ten. */
async function allToldAfter(outbox: { countDocuments(): Promise<number> }, spoolDir: string): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < 10_000) {
    if ((await readdir(spoolDir)).length === 0 && (await outbox.countDocuments()) === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return (performance.now() - from) / 1000;
}

const rig = await buildRig('ingest', [['payment'], ['identity', 'gateway']], {
  MALIPO_TRACE_URL: 'http://127.0.0.1:9/v1/traces',
});
const mongo = await new MongoClient(rig.stack.mongoUrl).connect();
try {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [...rig.stack.kafkaBrokers] });
  await admin.createTopics({ topics: ['bench.naive'], partitions: 24 });
  await admin.close();
  rig.sandbox.mpesa.addShortcode({ shortcode: '100000', kind: 'paybill', ...credentialsOf('100000') });
  const tenant = await openTenant(rig.url, { shortcode: '100000', invoices: 0, run: 'ingest', index: 0 });
  const [none, naive] = [await baseline('none', rig), await baseline('naive', rig)];
  const ours = { port: rig.ports.payment, path: new URL(tenant.callbackUrls['confirmation'] ?? '').pathname };
  const targets: Record<Contender, Target> = { none, naive, ours };
  const payments = mongo.db('malipo_payment').collection('payments');
  const outbox = mongo.db('malipo_payment').collection('outbox');
  const drains: number[] = [];
  process.stdout.write(
    `${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections, after ${WARM_UPS} that do not count\n`,
  );
  await interleave(CONTENDERS, WARM_UPS, async (name) => {
    await load(targets[name], { connections: CONNECTIONS });
    if (name === 'ours') await allToldAfter(outbox, rig.spoolDir);
  });
  const full = await interleave(CONTENDERS, ROUNDS, async (name, round) => {
    const result = await load(targets[name], { connections: CONNECTIONS });
    if (name === 'ours') drains.push(await allToldAfter(outbox, rig.spoolDir));
    process.stdout.write(
      `round ${round + 1} ${name}: ${result.rate.toFixed(0)}/s, p99 ${result.p99Ms.toFixed(1)} ms, failed ${result.failed}\n`,
    );
    return result;
  });
  const rate = Math.round(median(full.naive.map((result) => result.rate)) * 0.8);
  const equal = await interleave(['naive', 'ours'] as const, ROUNDS, (name) =>
    load(targets[name], { connections: 64, rate }),
  );
  none.stop();
  naive.stop();
  report(full, equal, rate, drains, memoryMb(rig.pidOf('payment')).peak, await payments.estimatedDocumentCount());
} finally {
  await mongo.close();
  await rig.stop();
}

function report(
  full: Record<Contender, LoadResult[]>,
  equal: Record<'naive' | 'ours', LoadResult[]>,
  rate: number,
  drains: number[],
  peakMb: number,
  stored: number,
): void {
  const ratios = (name: 'none' | 'naive') =>
    full.ours.map((result, round) => result.rate / (full[name][round]?.rate ?? Number.NaN));
  const p99 = equal.ours.map((result, round) => result.p99Ms / (equal.naive[round]?.p99Ms ?? Number.NaN));
  const rates = (name: Contender) =>
    spread(
      full[name].map((result) => result.rate),
      0,
    );
  const failed = [...Object.values(full), ...Object.values(equal)]
    .flat()
    .reduce((sum, result) => sum + result.failed, 0);
  writeSection('ingest', [
    '| ratio, median (lowest to highest of the rounds) | measured | floor |',
    '| --- | --- | --- |',
    `| ours to naive, requests/s at ${CONNECTIONS} connections | ${spread(ratios('naive'))} | 6 |`,
    `| ours to a route without storage | ${spread(ratios('none'), 2)} | 0.5 |`,
    `| ours to naive, p99 at ${rate} requests/s each | ${spread(p99, 2)} | below 1 |`,
    '',
    '| | without storage | naive | ours |',
    '| --- | --- | --- | --- |',
    `| requests/s | ${rates('none')} | ${rates('naive')} | ${rates('ours')} |`,
    `| p99 ms, flat out | ${(['none', 'naive', 'ours'] as const).map((name) => spread(full[name].map((result) => result.p99Ms))).join(' | ')} |`,
    `| p99 ms at ${rate}/s | | ${spread(equal.naive.map((result) => result.p99Ms))} | ${spread(equal.ours.map((result) => result.p99Ms))} |`,
    '',
    `Spool and outbox empty after the last answer: ${spread(drains, 2)} s (at most 5). Peak resident memory of the payment service: ${peakMb.toFixed(0)} MB (at most 180). Payments stored: ${stored}. Answers other than 200: ${failed}.`,
  ]);
}
