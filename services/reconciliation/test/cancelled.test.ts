import type { RunDetail, RunView } from '@malipo/api-contracts';
import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeps } from '../src/deps.ts';
import { reconciliation } from '../src/service.ts';
import { collectionsOf } from '../src/store/collections.ts';
import type { RunStore } from '../src/store/runs.ts';
import { paymentReceived } from './builders.ts';
import { eventually, nobody, openWorld, type World } from './support.ts';

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '3600000' });
});
afterAll(() => world?.close());

/** A service in which a person cancels each run just before a kind of write. */
const cancelling = (method: 'conclude' | 'begin') => ({
  ...reconciliation,
  deps: (base: Parameters<typeof createDeps>[0]) => {
    const deps = createDeps(base);
    const { runStore } = deps;
    const write = async (...args: unknown[]) => {
      const [run] = await deps.collections.runs.find({ active: true }).toArray();
      if (run) await runStore.cancel(run._id, run.organisationId, deps.now());
      return (runStore[method] as (...args: unknown[]) => Promise<never>)(...args);
    };
    return { ...deps, runStore: { ...runStore, [method]: write } satisfies RunStore };
  },
});

it.each([
  ['conclude', false, 3],
  ['begin', true, 0],
] as const)(
  'a run that is cancelled before it can %s a slice (dry: %s) counts what it applied, and adds nothing else: %i',
  async (method, dryRun, looked) => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payments = [nobody(1_000), nobody(2_000), nobody(3_000)];
    await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
    await eventually(async () => (await api.status()).decisions.unmatched).toBe(3);
    const worker = await world.start({ MALIPO_RECONCILIATION_WAKE_MS: '50' }, cancelling(method));
    const { id } = (await api.post<RunView>('/reconciliation/runs', { ...PERIOD, dryRun })).body;
    const listed = async () => (await api.get<{ data: RunView[] }>('/reconciliation/runs')).body.data[0];
    await eventually(async () => (await listed())?.status).toBe('cancelled');
    await worker.stop();
    await eventually(async () => (await listed())?.progress.looked).toBe(looked);
    const detail = (await api.get<RunDetail>(`/reconciliation/runs/${id}`)).body;
    expect(await listed()).toMatchObject({ status: 'cancelled', counts: detail.counts, progress: detail.progress });
    expect(detail.counts.unchanged).toBe(looked);
  },
);

it('what a run made of each payment ends after 90 days, and its counts stay, also of one that was cancelled', async () => {
  const organisationId = newId();
  const api = world.as(organisationId);
  await world.publish(...[1_000, 2_000].map((cents) => paymentReceived(organisationId, nobody(cents))));
  await eventually(async () => (await api.status()).decisions.unmatched).toBe(2);
  const worker = await world.start({ MALIPO_RECONCILIATION_WAKE_MS: '50' });
  const { id } = (await api.post<RunView>('/reconciliation/runs', PERIOD)).body;
  const run = async () => (await api.get<RunDetail>(`/reconciliation/runs/${id}`)).body;
  await eventually(async () => (await run()).status).toBe('done');
  await worker.stop();
  const mongo = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
  const { outcomes, runs } = collectionsOf(mongo.db);
  expect(await outcomes.indexes()).toContainEqual(
    expect.objectContaining({ key: { at: 1 }, expireAfterSeconds: 90 * 86_400 }),
  );
  expect(await outcomes.countDocuments({ runId: id, at: { $gte: new Date(Date.now() - 3_600_000) } })).toBe(2);
  await runs.updateOne({ _id: id }, { $set: { status: 'cancelled' } });
  await outcomes.deleteMany({ runId: id }); // as the database does then
  await mongo.close();
  expect(await run()).toMatchObject({
    progress: { total: 2, looked: 2 },
    counts: { unchanged: 2 },
    outcomes: { data: [] },
  });
});
