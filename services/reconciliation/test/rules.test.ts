import type { ReconciliationRules, RulesTest, RulesVersions } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoiceIssued, paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const URL = '/reconciliation/rules';
const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const plain = { automatic: true, autoLimitCents: null, firstPayerLimitCents: null };
const on = (...rules: string[]) => rules.map((rule) => ({ rule, on: true }));
const OLDEST_FIRST = on('oldest first', 'named', 'equal', 'rounding', 'sum', 'net');

type Rules = ReconciliationRules & { code: string };
const put = (api: Client, body: object) => api.put<Rules>(URL, { ...plain, ...body });
const get = async (api: Client) => (await api.get<Rules>(URL)).body;
const test = async (api: Client, rules: object, period: object = PERIOD) =>
  (await api.post<RulesTest & { code: string }>(`${URL}/test`, { rules: { ...plain, ...rules }, ...period })).body;

/** One customer with an older and a newer invoice. */
async function twoInvoices(organisationId: string, taxCents?: number) {
  const payer = debtor(organisationId, 300_000, { dueDate: '2026-01-01' });
  const newer = debtor(organisationId, 500_000, { dueDate: '2026-03-01' });
  const invoice = { ...newer.invoice, customerId: payer.customerId, taxCents };
  await world.owe(organisationId, payer);
  await world.publish(invoiceIssued(organisationId, invoice));
  const api = world.as(organisationId);
  await eventually(() => balanceOf(api, 'receivable')).toBe(800_000);
  return { api, payer, older: payer.invoice, newer: invoice };
}

describe('an organisation’s rules', () => {
  it('are read in plain words, in the order in which they are asked', async () => {
    const rules = await get(world.as(newId()));
    expect(rules).toMatchObject({ version: 0, name: 'house-1', ...plain });
    expect(rules.rules.filter((one) => one.orderable).map((one) => one.id)).toEqual([
      'named',
      'equal',
      'rounding',
      'sum',
      'net',
      'oldest first',
    ]);
    for (const { en, sw, id } of rules.rules) expect([id, en.length > 10, sw.length > 10]).toEqual([id, true, true]);
    const rounding = rules.rules.find((one) => one.id === 'rounding');
    expect(rounding?.parameters).toEqual([
      { name: 'roundingCents', value: 500, unit: 'cents', min: 0, max: 500, changeable: true },
    ]);
  });

  it('are changed with a trace: who, when, why, before and after; what is left out stays', async () => {
    const organisationId = newId();
    const admin = newId();
    const api = world.as(organisationId, ['admin'], world.first, admin);
    await put(api, { roundingCents: 200, reason: 'no rounding of ours', expectedVersion: 0 });
    const second = await put(api, { split: OLDEST_FIRST, reason: 'first in, first out' });
    expect(second.body).toMatchObject({ version: 2, name: 'house-1.2', roundingCents: 200, split: OLDEST_FIRST });
    expect((await put(api, { split: OLDEST_FIRST })).body.version).toBe(2);
    expect((await api.status()).versions.rules).toBe('house-1.2');
    const { data } = (await api.get<RulesVersions>(`${URL}/versions`)).body;
    expect(data.map((one) => [one.version, one.who, one.why])).toEqual([
      [2, admin, 'first in, first out'],
      [1, admin, 'no rounding of ours'],
    ]);
    expect(data[0]?.before.split[0]?.rule).toBe('named');
    expect(data[0]?.after.split[0]?.rule).toBe('oldest first');
    expect((await world.as(newId()).get<RulesVersions>(`${URL}/versions`)).body.data).toEqual([]);
  });

  it('are refused where they are incomplete, out of bounds, outdated, or not one’s own to set', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    await put(api, { autoLimitCents: 5 });
    const refusals: [object, number, string][] = [
      [{ split: on('named', 'named', 'equal', 'rounding', 'sum', 'net') }, 422, 'rules_incomplete'],
      [{ split: on('named') }, 400, 'validation_failed'],
      [{ roundingCents: 501 }, 400, 'validation_failed'],
      [{ withholdingRates: [0.5] }, 400, 'validation_failed'],
      [{ expectedVersion: 0 }, 409, 'rules_changed'],
    ];
    for (const [body, status, code] of refusals) {
      const answer = await put(api, body);
      expect([code, answer.status, answer.body.code]).toEqual([code, status, code]);
    }
    const rules = { ...plain, split: on('named', 'named', 'equal', 'rounding', 'sum', 'net') };
    for (const [pointer, { body }] of [
      ['#/split', await put(api, rules)],
      ['#/rules/split', await api.post(`${URL}/test`, { ...PERIOD, rules })],
      ['#/rules/split', await api.post('/reconciliation/runs', { ...PERIOD, dryRun: true, rules })],
    ] as const)
      expect(body).toMatchObject({ code: 'rules_incomplete', errors: [{ pointer }] });
    expect((await put(world.as(organisationId, ['bookkeeper']), {})).status).toBe(403);
    expect((await get(api)).version).toBe(1);
  });

  it('changed at once on two replicas follow one after the other, or only one where both looked first', async () => {
    const organisationId = newId();
    const second = await world.start();
    const at = [world.as(organisationId), world.as(organisationId, ['owner'], second)];
    await Promise.all([1, 2, 3, 4].map((n) => put(at[n % 2] as Client, { autoLimitCents: n })));
    const { data } = (await (at[0] as Client).get<RulesVersions>(`${URL}/versions`)).body;
    expect(data.map((one) => one.version)).toEqual([4, 3, 2, 1]);
    for (const [index, one] of data.slice(1).entries()) expect(data[index]?.before).toEqual(one.after);
    const both = await Promise.all(
      [5, 6].map((n) => put(at[n % 2] as Client, { autoLimitCents: n, expectedVersion: 4 })),
    );
    expect(both.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    await second.stop();
  });

  it('say which invoice comes first, from the next payment on', async () => {
    const organisationId = newId();
    const { api, payer, older, newer } = await twoInvoices(organisationId);
    const named = { ...payer.pays(100_000), reference: newer.number };
    await world.publish(paymentReceived(organisationId, named));
    await untilMatch(api, named.paymentId, 'auto');
    expect((await api.match(named.paymentId)).allocations[0]?.invoiceId).toBe(newer.invoiceId);
    await put(api, { split: OLDEST_FIRST });
    const next = { ...payer.pays(100_000), reference: newer.number };
    await world.publish(paymentReceived(organisationId, next));
    await eventually(async () => (await api.match(next.paymentId)).proposal?.allocations[0]?.invoiceId).toBe(
      older.invoiceId,
    );
    expect((await api.match(next.paymentId)).versions.rules).toBe('house-1.1');
    expect((await api.match(named.paymentId)).versions.rules).toBe('house-1');
  });

  it.each([
    ['without VAT, as the invoice tells', 0, 475_000, {}],
    ['with VAT on it', 68_966, 478_448, {}],
    ['by the rate of rent', 0, 462_500, { withholdingRates: [0.075] }],
  ])('pay the invoice whose tax was withheld: %s', async (_what, taxCents, amountCents, rules) => {
    const organisationId = newId();
    const { api, payer, newer } = await twoInvoices(organisationId, taxCents);
    expect((await put(api, rules)).status).toBe(200);
    const net = { ...payer.pays(amountCents), reference: 'rent' };
    await world.publish(paymentReceived(organisationId, net));
    await eventually(async () => (await api.match(net.paymentId)).proposal?.allocations).toEqual([
      expect.objectContaining({ invoiceId: newer.invoiceId, amountCents }),
    ]);
  });

  it('where none is left that explains the amount, a person decides', async () => {
    const organisationId = newId();
    const { api, payer } = await twoInvoices(organisationId);
    const off = OLDEST_FIRST.map(({ rule }) => ({ rule, on: rule === 'named' }));
    await put(api, { split: off });
    const odd = { ...payer.pays(123_400), reference: 'fees' };
    await world.publish(paymentReceived(organisationId, odd));
    await eventually(async () => (await api.match(odd.paymentId)).status).toMatch(/suggested|unmatched/);
    expect((await api.match(odd.paymentId)).guards).toContain('no-rule-fits');
  });
});

describe('rules on past payments', () => {
  it('say what would have been decided otherwise, and why; nothing acts', async () => {
    const organisationId = newId();
    const { api, payer, older, newer } = await twoInvoices(organisationId);
    const [small, named] = [
      { ...payer.pays(300_000), reference: older.number },
      { ...payer.pays(500_000), reference: newer.number },
    ];
    await world.publish(paymentReceived(organisationId, small), paymentReceived(organisationId, named));
    await untilMatch(api, small.paymentId, 'auto');
    await untilMatch(api, named.paymentId, 'auto');
    const same = await test(api, {});
    expect(same).toMatchObject({ payments: 2, differ: 0, more: false, examples: [] });
    const limited = await test(api, { autoLimitCents: 400_000 });
    expect(limited).toMatchObject({ differ: 1, becomeManual: { count: 1 }, becomeAutomatic: { count: 0 } });
    expect(limited.byCurrency).toMatchObject([{ currency: 'KES', becomeManualCents: 500_000 }]);
    expect(limited.examples).toMatchObject([
      {
        paymentId: named.paymentId,
        old: { outcome: 'auto', allocations: [{ invoiceId: newer.invoiceId, amountCents: 500_000 }] },
        new: { outcome: 'suggested', guards: ['over-limit'] },
      },
    ]);
    expect(limited.examples[0]?.why.en).toMatch(/^Now held back: The amount is above the limit/);
    expect((await test(api, { autoLimitCents: 400_000 }, { ...PERIOD, from: '2026-06-01T00:00:00Z' })).payments).toBe(
      0,
    );
    expect((await test(api, {}, { from: PERIOD.to, to: PERIOD.from })).code).toBe('period_invalid');
    expect((await get(api)).version).toBe(0);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    const other = world.as(newId());
    expect((await test(other, { automatic: false })).payments).toBe(0);
    expect((await world.as(organisationId, ['viewer']).post(`${URL}/test`, {})).status).toBe(403);
  });

  it('leave test money out once the organisation is live: no sum mixes the two', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    const [tried, real] = [payer.pays(500_000), { ...payer.pays(500_000), mode: 'live' as const }];
    await world.publish(paymentReceived(organisationId, tried));
    await untilMatch(api, tried.paymentId, 'auto');
    expect((await test(api, { automatic: false })).payments).toBe(1);
    await world.publish(paymentReceived(organisationId, real));
    await untilMatch(api, real.paymentId, 'auto');
    const { payments, byCurrency, examples } = await test(api, { automatic: false });
    expect(payments).toBe(1);
    expect(byCurrency).toMatchObject([{ becomeManualCents: 500_000 }]);
    expect(examples.map((one) => one.paymentId)).toEqual([real.paymentId]);
  });

  it('count what would be automatic against people’s decisions', async () => {
    const organisationId = newId();
    const { api, payer, older, newer } = await twoInvoices(organisationId);
    await put(api, { automatic: false });
    const payment = { ...payer.pays(300_000), reference: older.number };
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'suggested');
    await api.decide(payment.paymentId, 'confirm', {
      allocations: [{ invoiceId: newer.invoiceId, amountCents: 300_000 }],
    });
    const { becomeAutomatic, examples } = await test(api, { automatic: true });
    expect(becomeAutomatic).toEqual({ count: 1, againstPeople: 1 });
    expect(examples[0]?.why.en).toMatch(/^No longer held back/);
  });
});
