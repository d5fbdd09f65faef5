import type { RunDetail } from '@malipo/api-contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balanceOf, eventually, openWorld, type World } from './support.ts';
import { toldTwice } from './told-twice.ts';

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '50' });
});
afterAll(() => world?.close());

it.each([false, true])('a run (dry: %s) leaves money that is told of twice alone', async (dryRun) => {
  const { api, again } = await toldTwice(world);
  expect((await api.match(again.paymentId)).reason).toBe('duplicate');
  const { id } = (await api.post<RunDetail>('/reconciliation/runs', { ...PERIOD, dryRun })).body;
  const run = async () => (await api.get<RunDetail>(`/reconciliation/runs/${id}`)).body;
  await eventually(async () => (await run()).status).toBe('done');
  expect((await run()).progress).toMatchObject({ total: 0, looked: 0 });
  expect(await api.match(again.paymentId)).toMatchObject({ status: 'unmatched', reason: 'duplicate', version: 1 });
  expect(await balanceOf(api, 'receivable')).toBe(250_000);
});
