import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentReceived, paymentReversed } from './builders.ts';
import { balanceOf, debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

describe('money that arrives', () => {
  it('is applied to the invoice that it names, told once and booked', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(500_000);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');

    const match = await api.match(payment.paymentId);
    expect(match.allocations).toMatchObject([{ invoiceId: payer.invoice.invoiceId, amountCents: 500_000, version: 1 }]);
    expect(match).toMatchObject({
      customerId: payer.customerId,
      creditCents: 0,
      unappliedCents: 0,
      decidedBy: 'engine',
    });
    expect(match.because.length).toBeGreaterThan(0);
    expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(500_000);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(await balanceOf(api, 'invoiced')).toBe(-500_000);

    const told = () => world.out.of('payment.allocated').filter((event) => event.subject.id === payment.paymentId);
    await eventually(() => told().length).toBe(1);
    expect(told()[0]?.data).toMatchObject({ decision: 'auto', balanceCents: 0, payer: { msisdn: payer.phone } });
    expect(await api.status()).toMatchObject({ payments: 1, autoRate: 1, unresolved: { count: 0 } });
  });

  it('is told with what is suggested, where a person must look', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(500_000);
    await world.owe(organisationId, payer);
    await api.put('/reconciliation/rules', { automatic: false, autoLimitCents: null, firstPayerLimitCents: null });
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'suggested');
    const told = () => world.out.of('payment.needs-review').filter((event) => event.subject.id === payment.paymentId);
    await eventually(() => told().length).toBe(1);
    const { invoiceId, number: invoiceNumber } = payer.invoice;
    const allocations = [{ invoiceId, invoiceNumber, amountCents: 500_000, roundingCents: 0 }];
    expect(told()[0]?.data).toMatchObject({ decision: 'suggested', allocations, unappliedCents: 500_000 });
  });

  it('fifty deliveries of the same payment are one payment', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 1_000_000);
    const payment = payer.pays(400_000);
    const event = paymentReceived(organisationId, payment);
    const last = nobody(100);
    await world.owe(organisationId, payer);
    await world.publish(...Array.from({ length: 25 }, () => event));
    await untilMatch(api, payment.paymentId, 'auto');
    await world.publish(...Array.from({ length: 25 }, () => event), paymentReceived(organisationId, last));
    await untilMatch(api, last.paymentId, 'unmatched');
    expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(400_100);
    expect(await balanceOf(api, 'receivable')).toBe(600_000);
    expect((await api.match(payment.paymentId)).version).toBe(1);
    expect(world.out.of('payment.allocated').filter((one) => one.subject.id === payment.paymentId)).toHaveLength(1);
  });

  it('a crumb is closed by a rounding entry, a surplus is the customer’s credit', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const short = debtor(organisationId, 100_300);
    const over = debtor(organisationId, 200_000);
    const [little, much] = [short.pays(100_000), over.pays(250_000)];
    await world.owe(organisationId, short);
    await world.publish(...over.events);
    await world.publish(paymentReceived(organisationId, little), paymentReceived(organisationId, much));
    await untilMatch(api, little.paymentId, 'auto');
    await untilMatch(api, much.paymentId, 'auto');
    expect((await api.match(little.paymentId)).allocations).toMatchObject([
      { amountCents: 100_000, roundingCents: 300 },
    ]);
    expect((await api.match(much.paymentId)).creditCents).toBe(50_000);
    expect(await balanceOf(api, 'rounding')).toBe(300);
    expect(await balanceOf(api, 'customer_credit')).toBe(-50_000);
    expect(await balanceOf(api, 'receivable')).toBe(0);
  });

  it('in another currency than the invoice is never applied to it', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = { ...payer.pays(500_000), currency: 'USD' };
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await eventually(async () => (await api.match(payment.paymentId)).paymentId).toBe(payment.paymentId);
    const match = await api.match(payment.paymentId);
    expect(match.allocations).toEqual([]);
    expect(await balanceOf(api, 'receivable')).toBe(500_000);
    expect((await api.balance()).currencies.map((one) => one.currency).sort()).toEqual(['KES', 'USD']);
  });
});

describe('organisations', () => {
  it('never match each other’s invoices, nor see each other’s matches', async () => {
    const [mine, theirs] = [newId(), newId()];
    const payer = debtor(mine, 500_000);
    const payment = payer.pays(500_000);
    await world.owe(mine, payer);
    await world.publish(paymentReceived(theirs, payment));
    await untilMatch(world.as(theirs), payment.paymentId, 'unmatched');
    expect((await world.as(mine).get(`/reconciliation/matches/${payment.paymentId}`)).status).toBe(404);
    expect(await world.as(mine).queue()).toEqual([]);
    for (const verb of ['confirm', 'reject', 'undo'] as const)
      expect((await world.as(mine).decide(payment.paymentId, verb)).body.code).toBe('match_not_found');
    const body = { allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: 500_000 }] };
    expect((await world.as(theirs).decide(payment.paymentId, 'confirm', body)).body.code).toBe('invoice_unknown');
    const credit = { customerId: payer.customerId };
    expect((await world.as(theirs).decide(payment.paymentId, 'confirm', credit)).body.code).toBe('customer_unknown');
  });
});

describe('going live', () => {
  it('takes test money off the invoices, and never lets it on again', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [tried, paid] = [debtor(organisationId, 500_000), debtor(organisationId, 300_000)];
    const test = tried.pays(500_000);
    await world.owe(organisationId, tried, paid);
    await world.publish(paymentReceived(organisationId, test));
    await untilMatch(api, test.paymentId, 'auto');
    const doubtful = { ...tried.pays(70_000), flags: ['odd_shape'] };
    await world.publish(paymentReceived(organisationId, doubtful));
    await eventually(async () => (await api.match(doubtful.paymentId)).proposal).not.toBeNull();
    const live = { ...paid.pays(300_000), mode: 'live' as const };
    await world.publish(paymentReceived(organisationId, live));
    await untilMatch(api, live.paymentId, 'auto');
    const later = tried.pays(500_000);
    await world.publish(paymentReceived(organisationId, later));
    await untilMatch(api, later.paymentId, 'unmatched');

    expect(await api.match(test.paymentId)).toMatchObject({ status: 'undone', reason: 'test_money', allocations: [] });
    const shelved = { status: 'unmatched', reason: 'test_money', guards: ['test_money'], proposal: null };
    for (const { paymentId } of [later, doubtful]) expect(await api.match(paymentId)).toMatchObject(shelved);
    const news = () => world.out.of('payment.unmatched').filter((event) => event.subject.id === doubtful.paymentId);
    await eventually(() => news().at(-1)?.data).toMatchObject({ reason: 'test_money' });
    expect(await api.status()).toMatchObject({ mode: 'live', payments: 1, decisions: { auto: 1 } });
    expect(await balanceOf(api, 'receivable')).toBe(500_000);
    expect(await balanceOf(api, 'receivable', '?mode=test')).toBe(0);
    expect(await balanceOf(api, 'unapplied', '?mode=test')).toBe(-1_070_000);
    expect(await api.queue()).toEqual([]);
    expect((await api.decide(later.paymentId, 'confirm')).body.code).toBe('test_money');
  });

  it('takes every invoice over, however many, and leaves test money alone that the provider took back', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [tried, paid] = [debtor(organisationId, 500_000), debtor(organisationId, 300_000)];
    const test = tried.pays(500_000);
    await world.owe(organisationId, tried);
    await world.publish(paymentReceived(organisationId, test), paymentReversed(organisationId, test, 2));
    await eventually(async () => (await api.match(test.paymentId)).reversed).toBe(true);
    const takenBack = await api.match(test.paymentId);
    const others = Array.from({ length: 210 }, () => debtor(organisationId, 100_000).events).flat();
    await world.publish(...others);
    await world.owe(organisationId, paid);
    await eventually(() => balanceOf(api, 'receivable')).toBe(21_800_000);
    const live = { ...paid.pays(300_000), mode: 'live' as const };
    await world.publish(paymentReceived(organisationId, live));
    await untilMatch(api, live.paymentId, 'auto');

    expect(await balanceOf(api, 'receivable')).toBe(21_500_000);
    expect(await balanceOf(api, 'receivable', '?mode=test')).toBe(0);
    expect(await api.match(test.paymentId)).toEqual(takenBack);
  });

  it('starts from nothing: live money neither waits for test money nor is taken for it', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [payer, other] = [debtor(organisationId, 500_000), debtor(organisationId, 300_000)];
    await world.owe(organisationId, payer, other);
    const doubt = { ...nobody(500_000), payerNames: [payer.name], flags: ['odd_time'] };
    const tried = { ...other.pays(300_000), receipt: 'TCX7Y6Z5W4' };
    await world.publish(paymentReceived(organisationId, tried));
    await untilMatch(api, tried.paymentId, 'auto');
    await world.publish(paymentReceived(organisationId, doubt));
    await untilMatch(api, doubt.paymentId, 'suggested');
    const live = { mode: 'live' as const };
    const own = { ...payer.pays(500_000), ...live, reference: null, payerNames: [payer.name] };
    const narrative = `MPESA ${tried.receipt} ${other.phone}`;
    const again = { ...other.pays(300_000), ...live, rail: 'bank' as const, narrative };
    await world.publish(paymentReceived(organisationId, own), paymentReceived(organisationId, again));
    await untilMatch(api, own.paymentId, 'auto');
    await untilMatch(api, again.paymentId, 'auto');
  });
});
