import { newId } from '@malipo/values';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { balanceOf, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world?.close());

const ORGANISATIONS = 12;
const EACH = 25;

describe('more than one replica', () => {
  it('applies every payment once while members come and go', async () => {
    const organisations = Array.from({ length: ORGANISATIONS }, () => newId());
    const work = organisations.map((organisationId) => {
      const payers = Array.from({ length: EACH }, () => debtor(organisationId, 500_000));
      const payments = payers.map((payer) => payer.pays(500_000));
      return { organisationId, payers, payments };
    });
    await world.publish(...work.flatMap(({ payers }) => payers.flatMap((payer) => payer.events)));
    const waves = Array.from({ length: EACH }, (_, n) =>
      work.flatMap(({ organisationId, payments }) => {
        const payment = payments[n];
        return payment ? [paymentReceived(organisationId, payment), paymentReceived(organisationId, payment)] : [];
      }),
    );
    for (const wave of waves.slice(0, 10)) await world.publish(...wave);
    const second = await world.start();
    for (const wave of waves.slice(10, 20)) await world.publish(...wave);
    await eventually(() => second.ready()).toBe(true);
    for (const wave of waves.slice(20)) await world.publish(...wave);
    await second.stop();
    for (const { organisationId } of work) {
      const api = world.as(organisationId);
      await eventually(async () => (await api.status()).payments).toBe(EACH);
      expect((await api.status()).decisions.auto).toBe(EACH);
      expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(EACH * 500_000);
      expect(await balanceOf(api, 'receivable')).toBe(0);
    }
  }, 90_000);

  it('decides the same after a restart, with people’s decisions in between on another replica', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [one, two] = [debtor(organisationId, 500_000), debtor(organisationId, 700_000)];
    const [auto, lost] = [one.pays(200_000), { paymentId: newId(), amountCents: 300_000 }];
    await world.owe(organisationId, one, two);
    await world.publish(paymentReceived(organisationId, auto), paymentReceived(organisationId, lost));
    await untilMatch(api, lost.paymentId, 'unmatched');
    const choice = { allocations: [{ invoiceId: one.invoice.invoiceId, amountCents: 300_000 }] };
    expect((await api.decide(lost.paymentId, 'confirm', choice)).status).toBe(200);
    const imagine = (at: typeof api) =>
      Promise.all(
        [one, two].map(async (payer) => {
          const body = { reference: payer.invoice.number, amountCents: 500_000, phone: payer.phone };
          return (await at.post<unknown>('/reconciliation/match-payment', body)).body;
        }),
      );
    const fromMemory = await imagine(api);
    const second = await world.start();
    expect(await imagine(world.as(organisationId, ['owner'], second))).toEqual(fromMemory);
    expect(await balanceOf(api, 'receivable')).toBe(700_000);
  });

  it('shows a ledger that adds up on its metrics page', async () => {
    const organisationId = newId();
    const checked = await world.start({ MALIPO_RECONCILIATION_CHECK_MS: '100' });
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(500_000);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(world.as(organisationId), payment.paymentId, 'auto');
    const figures = async () => (await checked.app.inject({ url: '/metrics' })).body;
    await eventually(figures).toMatch(/malipo_ledger_sum_cents\{currency="KES"[^}]*\} 0\n/);
    expect(await figures()).toMatch(/malipo_ledger_drift_cents\{[^}]*\} 0\n/);
  });
});
