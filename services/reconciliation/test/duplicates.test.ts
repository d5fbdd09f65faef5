import type { RunDetail } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { balanceOf, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '50' });
});
afterAll(() => world?.close());

it.each([false, true])('a run (dry: %s) leaves money that is told of twice alone', async (dryRun) => {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  await world.owe(organisationId, payer);
  const paid = { ...payer.pays(250_000), receipt: 'TCX7Y6Z5W4' };
  await world.publish(paymentReceived(organisationId, paid));
  await untilMatch(api, paid.paymentId, 'auto');
  const again = { ...payer.pays(250_000), rail: 'bank' as const, narrative: `MPESA ${paid.receipt} ${payer.phone}` };
  await world.publish(paymentReceived(organisationId, again));
  await untilMatch(api, again.paymentId, 'unmatched');
  expect((await api.match(again.paymentId)).reason).toBe('duplicate');
  const { id } = (await api.post<RunDetail>('/reconciliation/runs', { ...PERIOD, dryRun })).body;
  const run = async () => (await api.get<RunDetail>(`/reconciliation/runs/${id}`)).body;
  await eventually(async () => (await run()).status).toBe('done');
  expect((await run()).progress).toMatchObject({ total: 0, looked: 0 });
  expect(await api.match(again.paymentId)).toMatchObject({ status: 'unmatched', reason: 'duplicate', version: 1 });
  expect(await balanceOf(api, 'receivable')).toBe(250_000);
});
