import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { hoursAgo, openReviewWorld, queueOf, type ReviewWorld, waiting } from './review-world.ts';
import { debtor, untilMatch } from './support.ts';

let world: ReviewWorld;
beforeAll(async () => {
  world = await openReviewWorld();
});
afterAll(() => world?.close());

describe('the queue', () => {
  it('adds up what waits by age, over all pages and only what fits the filter', async () => {
    const { api } = await waiting(world, 2, 30, 80, 24 * 10, 24 * 40);
    const { data, totals } = await queueOf(api, '?limit=2');
    expect(data.length).toBe(2);
    expect(totals).toMatchObject({ count: 5, overdue: 4, byCurrency: [{ currency: 'KES', unappliedCents: 15_000 }] });
    const ageing = totals?.byCurrency[0]?.ageing.map(({ days, count, unappliedCents }) => [
      days,
      count,
      unappliedCents,
    ]);
    expect(ageing).toEqual([
      ['0-1', 1, 1_000],
      ['1-3', 1, 2_000],
      ['3-7', 1, 3_000],
      ['7-30', 1, 4_000],
      ['>30', 1, 5_000],
    ]);
    expect((await queueOf(api, '?minAmountCents=2000&maxAmountCents=4000')).totals).toMatchObject({ count: 3 });
    expect((await queueOf(api, '?totals=false')).totals).toBeNull();
  });

  it.each([
    ['?overdue=true', [1, 2]],
    ['?overdue=false', [0]],
    ['?olderThanHours=29&newerThanHours=79', [1]],
    ['?text=PAYER2', [2]],
    ['?text=nobody%201', [1]],
    ['?text=.*', []],
    ['?sort=amount', [2, 1, 0]],
    ['?sort=amount&order=asc', [0, 1, 2]],
    ['?order=desc', [0, 1, 2]],
    ['?sort=confidence&limit=200', [2, 1, 0]],
    ['?status=suggested', []],
    ['?reason=no_candidate&assignee=none', [2, 1, 0]],
  ])('answers %s', async (query, expected) => {
    const { api, ids } = await waiting(world, 2, 30, 80);
    const found = (await queueOf(api, query)).data.map((item) => ids.indexOf(item.id));
    const isSorted = query.includes('order') || query.includes('amount');
    expect(isSorted ? found : found.toSorted()).toEqual(isSorted ? expected : expected.toSorted());
  });

  it.each(['', '&sort=amount', '&sort=confidence'])('pages forth and back by limit=2%s', async (sort) => {
    const { api } = await waiting(world, 10, 9, 8, 7, 6);
    const first = await queueOf(api, `?limit=2${sort}`);
    const second = await queueOf(api, `?limit=2${sort}&cursor=${first.page.next}`);
    const third = await queueOf(api, `?limit=2${sort}&cursor=${second.page.next}`);
    const back = await queueOf(api, `?limit=2${sort}&cursor=${second.page.prev}`);
    expect(new Set([first, second, third].flatMap(({ data }) => data.map((item) => item.id))).size).toBe(5);
    expect(third.page.next).toBeNull();
    expect(back.data).toEqual(first.data);
  });

  it('refuses a cursor of another sort, and words that are no filter', async () => {
    const { api } = await waiting(world, 2, 3);
    const { page } = await queueOf(api, '?limit=1&sort=amount');
    const url = '/reconciliation/review-queue';
    expect((await api.get<{ code: string }>(`${url}?cursor=${page.next}`)).body.code).toBe('cursor_invalid');
    for (const [query, detail] of [
      ['?assignee=somebody', 'must be me, none, or a user’s id'],
      ['?onHold=perhaps', 'must be one of false, true, all'],
      ['?text=a%00b', 'contains control characters; remove them'],
      ['?sort=luck', 'must be one of age, amount, confidence'],
    ]) {
      const { status, body } = await api.get<{ errors: { detail: string }[] }>(`${url}${query}`);
      expect([status, body.errors[0]?.detail]).toEqual([400, detail]);
    }
  });

  it.each(['0712345678', '+254712345678', '0712 345 678', '254712345678', '712345'])(
    'finds a payer’s number written as %s',
    async (text) => {
      const { organisationId, api } = await waiting(world, 1);
      const number = { form: 'full' as const, value: '254712345678' };
      const paid = { paymentId: newId(), amountCents: 7_000, receivedAt: hoursAgo(1), number };
      await world.publish(paymentReceived(organisationId, paid));
      await untilMatch(api, paid.paymentId, 'unmatched');
      const { data } = await queueOf(api, `?text=${encodeURIComponent(text)}`);
      expect(data.map((item) => item.id)).toEqual([paid.paymentId]);
    },
  );

  it.each(['mary wanjiku', 'WANJIKU KAMAU', 'Mary  Wanjiku Kamau', 'jiku', 'Kamau Ltd (Nairobi)'])(
    'finds a payer whose name came in parts by %s',
    async (text) => {
      const { organisationId, api } = await waiting(world, 1);
      const payerNames = ['MARY', 'WANJIKU', 'KAMAU LTD (NAIROBI)'];
      const paid = { paymentId: newId(), amountCents: 7_000, receivedAt: hoursAgo(1), payerNames };
      await world.publish(paymentReceived(organisationId, paid));
      await untilMatch(api, paid.paymentId, 'unmatched');
      const { data, totals } = await queueOf(api, `?text=${encodeURIComponent(text)}`);
      expect(data.map((item) => item.id)).toEqual([paid.paymentId]);
      expect(totals).toMatchObject({ count: 1 });
    },
  );

  it('finds what is suggested for a customer', async () => {
    const { organisationId, api } = await waiting(world, 1);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    const odd = { ...payer.pays(500_000), flags: ['odd_time'], receivedAt: hoursAgo(1) };
    await world.publish(paymentReceived(organisationId, odd));
    await untilMatch(api, odd.paymentId, 'suggested');
    expect((await queueOf(api, `?customerId=${payer.customerId}`)).data.map((item) => item.id)).toEqual([
      odd.paymentId,
    ]);
    expect((await queueOf(api, '?sort=confidence')).data[0]?.id).toBe(odd.paymentId);
    expect((await queueOf(api, `?customerId=${newId()}`)).data).toEqual([]);
  });
});
