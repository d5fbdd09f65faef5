import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

describe('many at once', () => {
  type Bulk = { done: number; failed: number; results: { paymentId: string; status: number; code: string | null }[] };
  const bulk = (api: Client, body: unknown, headers?: Record<string, string>) =>
    api.post<Bulk>('/reconciliation/matches/bulk', body, headers);

  async function suggestions(count: number) {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payers = Array.from({ length: count }, () => debtor(organisationId, 500_000));
    await world.owe(organisationId, ...payers);
    const payments = payers.map((payer) => ({ ...payer.pays(500_000), flags: ['odd_time'] }));
    await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
    for (const { paymentId } of payments) await untilMatch(api, paymentId, 'suggested');
    return { organisationId, api, ids: payments.map((payment) => payment.paymentId) };
  }

  it('are confirmed each for itself: one that fails stops no other, and again they are done already', async () => {
    const { organisationId, api, ids } = await suggestions(4);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    await api.decide(second, 'reject');
    const items = [
      { paymentId: first },
      { paymentId: newId() },
      { paymentId: third, expectedVersion: 9 },
      { paymentId: first },
      { paymentId: second, proposal: 3 },
      { paymentId: fourth, expectedVersion: 1 },
    ];
    const { status, body } = await bulk(api, { action: 'confirm', items });
    expect(status).toBe(200);
    expect(body.results.map((one) => one.code)).toEqual([
      null,
      'match_not_found',
      'match_changed',
      null,
      'no_proposal',
      null,
    ]);
    expect([body.done, body.failed]).toEqual([3, 3]);
    expect(await balanceOf(api, 'receivable')).toBe(2 * 500_000);
    const again = await bulk(api, { action: 'confirm', items });
    expect(again.body.results.map((one) => one.code)).toEqual(body.results.map((one) => one.code));
    expect((await api.match(first)).history.map((line) => line.what)).toEqual(['suggested', 'confirmed']);
    expect((await bulk(world.as(newId()), { action: 'reject', items: [{ paymentId: third }] })).body.done).toBe(0);
    expect((await bulk(world.as(organisationId, ['viewer']), { action: 'reject', items })).status).toBe(403);
    expect((await api.match(third)).status).toBe('suggested');
  });

  it('are rejected, and with a key only once', async () => {
    const { api, ids } = await suggestions(3);
    const headers = { 'idempotency-key': newId() };
    const body = { action: 'reject', reason: 'none of ours', items: ids.map((paymentId) => ({ paymentId })) };
    expect((await bulk(api, body, headers)).body).toMatchObject({ done: 3, failed: 0 });
    expect((await bulk(api, body, headers)).headers['idempotency-replayed']).toBe('true');
    expect((await api.match(ids[0] ?? '')).history.at(-1)).toMatchObject({ what: 'rejected', why: 'none of ours' });
  });

  it('twice at once on two replicas apply each payment once', async () => {
    const { organisationId, ids } = await suggestions(12);
    const second = await world.start();
    const [here, there] = [world.as(organisationId), world.as(organisationId, ['owner'], second)];
    const items = ids.map((paymentId) => ({ paymentId }));
    const answers = await Promise.all([
      bulk(here, { action: 'confirm', items }),
      bulk(there, { action: 'confirm', items: items.toReversed() }),
    ]);
    expect(answers.map(({ body }) => [body.done, body.failed])).toEqual([
      [12, 0],
      [12, 0],
    ]);
    expect(await balanceOf(here, 'receivable')).toBe(0);
    expect(await balanceOf(here, 'clearing:mpesa:600100')).toBe(12 * 500_000);
    await second.stop();
  });
});
