import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { RunDetail } from '@malipo/api-contracts';
import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDeps } from '../src/deps.ts';
import { reconciliation } from '../src/service.ts';
import type { RunStore } from '../src/store/runs.ts';
import { paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const QUICK = { MALIPO_RECONCILIATION_WAKE_MS: '50', MALIPO_RECONCILIATION_LEASE_MS: '1000' };
/** This one never takes a run. */
const IDLE = { MALIPO_RECONCILIATION_WAKE_MS: '3600000', MALIPO_RECONCILIATION_LEASE_MS: '1000' };

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, IDLE);
});
afterAll(() => world?.close());

type Run = RunDetail & { code: string };
const start = (api: Client, body: object = {}, headers?: Record<string, string>) =>
  api.post<Run>('/reconciliation/runs', { ...PERIOD, ...body }, headers);
const detail = async (api: Client, id: string) => (await api.get<Run>(`/reconciliation/runs/${id}`)).body;
const ended = async (api: Client, id: string) => {
  await eventually(async () => (await detail(api, id)).status).toBe('done');
  return detail(api, id);
};
const rules = { automatic: true, autoLimitCents: null, firstPayerLimitCents: null };

/** Payments that are surely matched and were only suggested, because automatic decisions were off then. */
async function suggested(count: number) {
  const organisationId = newId();
  const api = world.as(organisationId);
  await api.put('/reconciliation/rules', { ...rules, automatic: false });
  const payers = Array.from({ length: count }, () => debtor(organisationId, 500_000));
  await world.owe(organisationId, ...payers);
  const payments = payers.map((payer) => payer.pays(500_000));
  await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
  await eventually(async () => (await api.status()).decisions.suggested).toBe(count);
  await api.put('/reconciliation/rules', rules);
  return { organisationId, api, payers, payments, ids: payments.map((payment) => payment.paymentId) };
}

async function isWhole(api: Client, count: number): Promise<void> {
  expect((await api.status()).decisions).toMatchObject({ auto: count, suggested: 0 });
  expect(await balanceOf(api, 'receivable')).toBe(0);
  expect(await balanceOf(api, 'unapplied')).toBe(0);
  expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(count * 500_000);
}

describe('a run', () => {
  let api: Client;
  beforeAll(async () => {
    await world.start(QUICK);
  });

  it('dry first says what a real one then does, and leaves people’s decisions alone', async () => {
    const { api, ids, payers } = await suggested(5);
    const [refused = '', ...others] = ids;
    await api.decide(refused, 'reject', { reason: 'no' });
    const dry = await start(api, { dryRun: true });
    expect(dry.status).toBe(202);
    const foreseen = await ended(api, dry.body.id);
    expect(foreseen.counts).toMatchObject({ auto: 4, unchanged: 0 });
    expect((await api.status()).decisions).toMatchObject({ auto: 0, suggested: 4, rejected: 1 });
    const real = await ended(api, (await start(api)).body.id);
    expect(real.counts).toEqual(foreseen.counts);
    expect(real.progress).toEqual({ total: 4, looked: 4, share: 1 });
    expect(real.outcomes.data).toEqual(
      foreseen.outcomes.data.map((one) => ({ ...one, after: expect.objectContaining({ outcome: 'auto' }) })),
    );
    expect(real.outcomes.data.map((one) => one.paymentId).toSorted()).toEqual(others.toSorted());
    const outcomes = `/reconciliation/runs/${real.id}/outcomes`;
    const page = (await api.get<Run['outcomes']>(`${outcomes}?limit=3&outcome=auto`)).body;
    const rest = (await api.get<Run['outcomes']>(`${outcomes}?limit=3&cursor=${page.page.next}`)).body;
    expect([...page.data, ...rest.data]).toEqual(real.outcomes.data);
    expect((await world.as(newId()).get(outcomes)).status).toBe(404);
    expect((await api.match(refused)).status).toBe('rejected');
    expect((await api.match(others[0] ?? '')).history.at(-1)?.why).toBe(`run ${real.id}`);
    expect(await balanceOf(api, 'receivable')).toBe(500_000);
    await eventually(
      () => world.out.of('payment.allocated').filter((event) => others.includes(event.subject.id)).length,
    ).toBe(4);
    const again = await ended(api, (await start(api)).body.id);
    expect([again.progress.total, again.outcomes.data]).toEqual([0, []]);
    expect(payers.length).toBe(5);
    const list = (await api.get<{ data: Run[] }>('/reconciliation/runs')).body.data;
    expect(list.map((run) => [run.dryRun, run.counts.auto])).toEqual([
      [false, 0],
      [false, 4],
      [true, 4],
    ]);
    const listed = async (status: string) =>
      (await api.get<{ data: Run[] }>(`/reconciliation/runs?status=${status}`)).body.data.length;
    expect([await listed('done'), await listed('failed')]).toEqual([3, 0]);
  });

  it('dry over all money compares what was decided with what would be', async () => {
    const { api } = await suggested(3);
    const all = await ended(api, (await start(api, { dryRun: true, scope: 'all' })).body.id);
    expect(all.counts).toMatchObject({ auto: 3 });
    const limited = { ...rules, autoLimitCents: 1_000 };
    const tried = await ended(api, (await start(api, { dryRun: true, scope: 'all', rules: limited })).body.id);
    expect(tried.counts).toMatchObject({ unchanged: 3, auto: 0 });
    expect(tried.outcomes.data[0]?.after?.guards).toContain('over-limit');
    const none = { dryRun: true, scope: 'all', from: '2026-10-01T00:00:00Z' };
    expect((await ended(api, (await start(api, none)).body.id)).outcomes.data).toEqual([]);
  });

  it('that is over is not read again and again by who looks for the next', async () => {
    const { db, close } = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
    onTestFinished(close);
    const ns = `${db.databaseName}.runs`;
    await db.command({ profile: 2, filter: { ns } });
    const { api } = await suggested(1);
    await ended(api, (await start(api)).body.id);
    const reads = db.collection('system.profile');
    expect(await reads.findOne({ ns, 'command.findAndModify': 'runs' })).not.toBeNull();
    expect(await reads.find({ ns, planSummary: 'COLLSCAN' }).toArray()).toEqual([]);
  });

  it('is refused where it makes no sense, and belongs to its organisation', async () => {
    api = world.as(newId());
    const refusals: [object, number, string][] = [
      [{ to: PERIOD.from }, 422, 'period_invalid'],
      [{ from: '2020-01-01T00:00:00Z' }, 422, 'period_invalid'],
      [{ scope: 'all' }, 422, 'scope_needs_dry_run'],
      [{ rules }, 422, 'rules_need_dry_run'],
      [{ dryRun: true, rules: { ...rules, split: [] } }, 400, 'validation_failed'],
      [{ scope: 'some' }, 400, 'validation_failed'],
    ];
    for (const [body, status, code] of refusals) {
      const answer = await start(api, body);
      expect([code, answer.status, answer.body.code]).toEqual([code, status, code]);
    }
    const long = await start(api, { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
    expect(long.body).toMatchObject({ errors: [{ pointer: '#/to', detail: 'at most 366 days after from' }] });
    expect((await start(world.as(newId(), ['viewer']))).status).toBe(403);
    const { body } = await start(api);
    const other = world.as(newId());
    expect((await other.get<Run>(`/reconciliation/runs/${body.id}`)).body.code).toBe('run_not_found');
    expect((await other.post<Run>(`/reconciliation/runs/${body.id}/cancel`)).body.code).toBe('run_not_found');
    await ended(api, body.id);
    const late = await api.post<Run>(`/reconciliation/runs/${body.id}/cancel`);
    expect([late.status, late.body.code]).toEqual([409, 'run_ended']);
  });
});

describe('one at a time', () => {
  it('per organisation, whichever replica is asked; and it can be cancelled', async () => {
    const quiet = await openWorld(undefined, IDLE);
    try {
      const organisationId = newId();
      const second = await quiet.start();
      const [here, there] = [quiet.as(organisationId), quiet.as(organisationId, ['owner'], second)];
      const answers = await Promise.all([start(here), start(there), start(here)]);
      expect(answers.map((answer) => answer.status).toSorted()).toEqual([202, 409, 409]);
      expect(answers.find((answer) => answer.status === 409)?.body.code).toBe('run_active');
      expect((await start(quiet.as(newId()))).status).toBe(202);
      const id = answers.find((answer) => answer.status === 202)?.body.id ?? '';
      expect((await there.post<Run>(`/reconciliation/runs/${id}/cancel`)).body.status).toBe('cancelled');
      expect((await here.post<Run>(`/reconciliation/runs/${id}/cancel`)).body.status).toBe('cancelled');
      const headers = { 'idempotency-key': newId() };
      const next = await start(here, {}, headers);
      expect((await start(here, {}, headers)).body.id).toBe(next.body.id);
    } finally {
      await quiet.close();
    }
  });
});

describe('a run whose worker fails', () => {
  let crashed = false;
  /** A service whose run store fails once, before or after its second write of a kind: as a crash at that point. */
  const failing = (method: 'begin' | 'conclude' | 'advance', when: 'before' | 'after') => ({
    ...reconciliation,
    deps: (base: Parameters<typeof createDeps>[0]) => {
      const deps = createDeps(base);
      let calls = 0;
      const crash =
        <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
        async (...args: Args): Promise<Result> => {
          const now = ++calls === 2;
          if (now && when === 'before') throw new Error('crash');
          const result = await write(...args);
          if (now) throw new Error('crash');
          crashed ||= calls > 2;
          return result;
        };
      const runStore: RunStore = { ...deps.runStore, [method]: crash(deps.runStore[method] as never) };
      return { ...deps, runStore };
    },
  });

  it.each([
    ['begin', 'before'],
    ['begin', 'after'],
    ['conclude', 'before'],
    ['conclude', 'after'],
    ['advance', 'before'],
    ['advance', 'after'],
  ] as const)('at %s, %s writing, counts and applies every payment once', async (method, when) => {
    const own = await openWorld(undefined, IDLE);
    const before = world;
    world = own;
    try {
      crashed = false;
      const { api } = await suggested(70);
      await own.start(QUICK, failing(method, when));
      const run = await ended(api, (await start(api)).body.id);
      expect(run.counts).toEqual({ auto: 70, unchanged: 0, suggested: 0, unmatched: 0, gone: 0 });
      expect(run.progress.looked).toBe(70);
      expect(crashed).toBe(true);
      expect(run.outcomes.data.every((one) => one.before.outcome === 'suggested')).toBe(true);
      await isWhole(api, 70);
    } finally {
      world = before;
      await own.close();
    }
  });

  it('slept past its lease, adds nothing to a dry one that another finished', async () => {
    const own = await openWorld(undefined, IDLE);
    const [asleep, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const lateAnswer = Promise.withResolvers<boolean>();
    /** It shows no sign of life while it is about to write what it found. */
    const sleepy = {
      ...reconciliation,
      deps: (base: Parameters<typeof createDeps>[0]) => {
        const deps = createDeps(base);
        const begin: RunStore['begin'] = async (...args) => {
          asleep.resolve();
          await woken.promise;
          const answer = deps.runStore.begin(...args);
          answer.then(lateAnswer.resolve, lateAnswer.reject);
          return answer;
        };
        return { ...deps, runStore: { ...deps.runStore, begin, keepAlive: () => () => undefined } };
      },
    };
    const before = world;
    world = own;
    try {
      const { api, ids } = await suggested(2);
      await own.start(QUICK, sleepy);
      const { id } = (await start(api, { dryRun: true })).body;
      await asleep.promise;
      await api.decide(ids[0] ?? '', 'confirm', { proposal: 0 });
      await own.start(QUICK);
      const finished = await ended(api, id);
      expect(finished.outcomes.data.map((one) => one.paymentId)).toEqual([ids[1]]);
      woken.resolve();
      expect(await lateAnswer.promise).toBe(false);
      expect(await detail(api, id)).toEqual(finished);
    } finally {
      woken.resolve();
      world = before;
      await own.close();
    }
  });

  it('by a clock that was an hour ahead is taken over all the same', async () => {
    const own = await openWorld(undefined, IDLE);
    const before = world;
    world = own;
    try {
      const { api } = await suggested(1);
      const { id } = (await start(api)).body;
      const { db, close } = connectMongo(own.slice.mongoUrl, `${own.slice.dbPrefix}reconciliation`);
      const lease = { owner: 'gone', until: new Date(Date.now() + 3_600_000) };
      const { matchedCount } = await db
        .collection<{ _id: string }>('runs')
        .updateOne({ _id: id }, { $set: { status: 'running', lease } });
      await close();
      expect(matchedCount).toBe(1);
      await own.start(QUICK);
      expect((await ended(api, id)).counts).toMatchObject({ auto: 1 });
    } finally {
      world = before;
      await own.close();
    }
  });

  it('again and again ends failed, says so, and makes room for the next', async () => {
    const own = await openWorld(undefined, IDLE);
    const broken = {
      ...reconciliation,
      deps: (base: Parameters<typeof createDeps>[0]) => {
        const deps = createDeps(base);
        const begin = () => Promise.reject(new Error('broken'));
        return { ...deps, runStore: { ...deps.runStore, begin } };
      },
    };
    const before = world;
    world = own;
    try {
      const { api } = await suggested(1);
      await own.start(QUICK, broken);
      const { id } = (await start(api)).body;
      await eventually(async () => (await detail(api, id)).status).toBe('failed');
      expect(await detail(api, id)).toMatchObject({ error: 'internal', finishedAt: expect.any(String) });
      expect((await start(api)).status).toBe(202);
    } finally {
      world = before;
      await own.close();
    }
  });

  it('killed with -9 in the middle is continued by another process; nothing is lost or applied twice', async () => {
    const own = await openWorld(undefined, IDLE);
    const before = world;
    world = own;
    const main = path.resolve(import.meta.dirname, '../src/main.ts');
    const worker = (): ChildProcess =>
      spawn(process.execPath, [main], { env: own.environment(QUICK), stdio: 'ignore' });
    let child: ChildProcess | undefined;
    try {
      const COUNT = 400;
      const { api } = await suggested(COUNT);
      child = worker();
      const { id } = (await start(api)).body;
      await eventually(async () => (await detail(api, id)).progress.looked).toBeGreaterThan(40);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const halfway = await detail(api, id);
      expect(halfway.status).toBe('running');
      expect(halfway.progress.looked).toBeLessThan(COUNT);
      const [listed] = (await api.get<{ data: Run[] }>('/reconciliation/runs')).body.data;
      expect(listed).toMatchObject({ id, progress: halfway.progress, counts: halfway.counts });
      await own.start(QUICK);
      const run = await ended(api, id);
      expect(run.counts).toEqual({ auto: COUNT, unchanged: 0, suggested: 0, unmatched: 0, gone: 0 });
      await isWhole(api, COUNT);
    } finally {
      child?.kill('SIGKILL');
      world = before;
      await own.close();
    }
  }, 90_000);

  it('two workers and live events at once agree with the ledger', async () => {
    const own = await openWorld(undefined, { ...QUICK, MALIPO_RECONCILIATION_LEASE_MS: '500' });
    const before = world;
    world = own;
    try {
      const { organisationId, api, ids } = await suggested(60);
      await own.start({ ...QUICK, MALIPO_RECONCILIATION_LEASE_MS: '500' });
      const more = Array.from({ length: 30 }, () => debtor(organisationId, 500_000));
      const { id } = (await start(api)).body;
      await Promise.all([
        own
          .owe(organisationId, ...more)
          .then(() => own.publish(...more.map((payer) => paymentReceived(organisationId, payer.pays(500_000))))),
        ...ids.slice(-10).map((paymentId) => api.decide(paymentId, 'confirm', { proposal: 0 })),
      ]);
      const run = await ended(api, id);
      const { auto, gone } = run.counts;
      expect(auto + gone + (60 - run.progress.looked)).toBe(60);
      await eventually(async () => (await api.status()).payments).toBe(90);
      const { decisions } = await api.status();
      expect(decisions.auto + decisions.confirmed).toBe(90);
      expect(await balanceOf(api, 'receivable')).toBe(0);
      expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(90 * 500_000);
      await untilMatch(api, ids[0] ?? '', (await api.match(ids[0] ?? '')).status);
    } finally {
      world = before;
      await own.close();
    }
  });
});
