import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionsOf } from '../src/store/collections.ts';
import { invoiceVoided, paymentReceived, paymentReversed } from './builders.ts';
import { balanceOf, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '50' });
});
afterAll(() => world?.close());

/** An invoice that was paid twice: the first money lies on it, the second waits as credit, or for a person. */
async function paidTwice() {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  const first = { ...payer.pays(500_000), number: { form: 'none', value: '' } as const, payerNames: [] };
  await world.owe(organisationId, payer);
  await world.publish(paymentReceived(organisationId, first));
  await eventually(async () => (await api.match(first.paymentId)).status).toMatch(/auto|suggested/);
  if ((await api.match(first.paymentId)).status === 'suggested') await api.decide(first.paymentId, 'confirm');
  expect(await balanceOf(api, 'receivable')).toBe(0);
  const second = { ...payer.pays(500_000), flags: [] };
  await api.put('/reconciliation/rules', { automatic: false, autoLimitCents: null, firstPayerLimitCents: null });
  await world.publish(paymentReceived(organisationId, second));
  await eventually(async () => (await api.match(second.paymentId)).status).toMatch(/suggested|unmatched/);
  await api.put('/reconciliation/rules', { automatic: true, autoLimitCents: null, firstPayerLimitCents: null });
  return { organisationId, api, payer, first, second };
}

describe('money that waits is looked at again', () => {
  it('when a person takes back what its invoice was paid with', async () => {
    const { api, payer, first, second } = await paidTwice();
    await api.decide(first.paymentId, 'undo', { reason: 'a neighbour’s' });
    await untilMatch(api, second.paymentId, 'auto');
    expect((await api.match(second.paymentId)).allocations).toMatchObject([
      { invoiceId: payer.invoice.invoiceId, amountCents: 500_000 },
    ]);
    expect((await api.match(second.paymentId)).history.at(-1)?.why).toBe('what its customer owes has changed');
    // what was taken back is no more proposed for the invoice that is paid now
    await eventually(async () => (await api.match(first.paymentId)).proposal).toBeNull();
    expect((await api.match(first.paymentId)).status).toBe('undone');
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(await balanceOf(api, 'unapplied')).toBe(-500_000);
  });

  it('and only suggested anew while colleagues hold it', async () => {
    const { api, payer, first, second } = await paidTwice();
    const hold = { until: new Date(Date.now() + 3_600_000).toISOString(), reason: 'waits for her letter' };
    await api.post(`/reconciliation/matches/${second.paymentId}/hold`, hold);
    await api.decide(first.paymentId, 'undo', { reason: 'a neighbour’s' });
    await eventually(async () => (await api.match(second.paymentId)).guards).toContain('on_hold');
    const held = await api.match(second.paymentId);
    expect(held).toMatchObject({ status: 'suggested', reason: 'person_decided', unappliedCents: 500_000 });
    expect(held.proposal?.allocations).toMatchObject([{ invoiceId: payer.invoice.invoiceId }]);
    expect(await balanceOf(api, 'receivable')).toBe(500_000);
    expect((await api.decide(second.paymentId, 'confirm')).body.status).toBe('confirmed');
  });

  it('when the provider takes it back', async () => {
    const { organisationId, api, first, second } = await paidTwice();
    await world.publish(paymentReversed(organisationId, first, 2));
    await untilMatch(api, second.paymentId, 'auto');
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(await balanceOf(api, 'unapplied')).toBe(0);
  });

  it('when a person spends other money on the invoice that it was to pay, and when that is voided', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    await api.put('/reconciliation/rules', { automatic: false, autoLimitCents: null, firstPayerLimitCents: null });
    const [first, second] = [payer.pays(500_000), payer.pays(300_000)];
    for (const paid of [first, second]) {
      await world.publish(paymentReceived(organisationId, paid));
      await untilMatch(api, paid.paymentId, 'suggested');
    }
    const invoicesOf = async () =>
      (await api.match(second.paymentId)).proposal?.allocations.map((part) => part.invoiceId);
    expect(await invoicesOf()).toEqual([payer.invoice.invoiceId]);
    await api.decide(first.paymentId, 'confirm');
    await eventually(invoicesOf).toEqual([]);
    await api.decide(first.paymentId, 'undo', { reason: 'a neighbour’s' });
    await eventually(invoicesOf).toEqual([payer.invoice.invoiceId]);
    await world.publish(invoiceVoided(organisationId, payer.invoice, 2));
    await eventually(invoicesOf).toEqual([]);
  });

  it('though others that nobody can look at came first', async () => {
    const { organisationId, api, first, second } = await paidTwice();
    const stuck = Array.from({ length: 60 }, () => ({
      _id: newId(),
      organisationId,
      invoiceIds: null as never, // as a mistake may leave it
      except: [],
      cause: newId(),
      at: new Date(0),
    }));
    const mongo = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
    await collectionsOf(mongo.db).reopened.insertMany(stuck);
    await mongo.close();
    await api.decide(first.paymentId, 'undo', { reason: 'a neighbour’s' });
    await untilMatch(api, second.paymentId, 'auto');
  });

  it('also where the process that heard of the undo is gone by then', async () => {
    const quiet = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '3600000' });
    const before = world;
    world = quiet;
    try {
      const { organisationId, api, first, second } = await paidTwice();
      await api.decide(first.paymentId, 'undo', { reason: 'a neighbour’s' });
      expect((await api.match(second.paymentId)).status).not.toBe('auto');
      await quiet.first.stop();
      const next = await quiet.start({ MALIPO_RECONCILIATION_WAKE_MS: '50' });
      const other = quiet.as(organisationId, ['owner'], next);
      await untilMatch(other, second.paymentId, 'auto');
      await eventually(async () => (await other.match(first.paymentId)).proposal).toBeNull();
    } finally {
      world = before;
      await quiet.close();
    }
  });
});
