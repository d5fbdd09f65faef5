import type { ExpectedView, MatchHistory, QueueTotals, ReviewItem } from '@malipo/api-contracts';
import { PaymentRequestPrompted, PaymentRequestSettled } from '@malipo/events';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

const START = Date.parse('2026-03-10T12:00:00Z');
let clock = START;
let world: World;
beforeAll(async () => {
  world = await openWorld(() => new Date(clock), { MALIPO_RECONCILIATION_OVERDUE_MS: '100' });
});
afterAll(() => world?.close());

type Queue = { data: ReviewItem[]; totals: QueueTotals | null; page: { next: string | null; prev: string | null } };
type Item = ReviewItem & { code: string };

const queueOf = async (api: Client, query = '') => (await api.get<Queue>(`/reconciliation/review-queue${query}`)).body;
const act = (api: Client, id: string, verb: string, body: unknown) =>
  api.post<Item>(`/reconciliation/matches/${id}/${verb}`, body);
const hoursAgo = (hours: number) => new Date(START - hours * 3_600_000).toISOString();

/** An organisation with unmatched money of 1, 2, … thousand cents, arrived so many hours ago. */
async function waiting(...hours: number[]) {
  clock = START;
  const organisationId = newId();
  const api = world.as(organisationId);
  const payments = hours.map((hour, n) => ({
    paymentId: newId(),
    amountCents: (n + 1) * 1_000,
    receivedAt: hoursAgo(hour),
    payerNames: [`PAYER${n}`],
    reference: `nobody ${n}`,
  }));
  await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
  for (const { paymentId } of payments) await untilMatch(api, paymentId, 'unmatched');
  return { organisationId, api, ids: payments.map((payment) => payment.paymentId) };
}

describe('the queue', () => {
  it('adds up what waits by age, over all pages and only what fits the filter', async () => {
    const { api } = await waiting(2, 30, 80, 24 * 10, 24 * 40);
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
    const { api, ids } = await waiting(2, 30, 80);
    const found = (await queueOf(api, query)).data.map((item) => ids.indexOf(item.id));
    const isSorted = query.includes('order') || query.includes('amount');
    expect(isSorted ? found : found.toSorted()).toEqual(isSorted ? expected : expected.toSorted());
  });

  it.each(['', '&sort=amount', '&sort=confidence'])('pages forth and back by limit=2%s', async (sort) => {
    const { api } = await waiting(10, 9, 8, 7, 6);
    const first = await queueOf(api, `?limit=2${sort}`);
    const second = await queueOf(api, `?limit=2${sort}&cursor=${first.page.next}`);
    const third = await queueOf(api, `?limit=2${sort}&cursor=${second.page.next}`);
    const back = await queueOf(api, `?limit=2${sort}&cursor=${second.page.prev}`);
    expect(new Set([first, second, third].flatMap(({ data }) => data.map((item) => item.id))).size).toBe(5);
    expect(third.page.next).toBeNull();
    expect(back.data).toEqual(first.data);
  });

  it('refuses a cursor of another sort, and words that are no filter', async () => {
    const { api } = await waiting(2, 3);
    const { page } = await queueOf(api, '?limit=1&sort=amount');
    const url = '/reconciliation/review-queue';
    expect((await api.get<{ code: string }>(`${url}?cursor=${page.next}`)).body.code).toBe('cursor_invalid');
    for (const query of ['?assignee=somebody', '?onHold=perhaps', '?text=%00', '?sort=luck'])
      expect((await api.get(`${url}${query}`)).status).toBe(400);
  });

  it('finds what is suggested for a customer', async () => {
    const { organisationId, api } = await waiting(1);
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

describe('colleagues', () => {
  it('put money on hold until a time; it comes back by itself and is not overdue before', async () => {
    const { api, ids } = await waiting(30, 31);
    const [held = ''] = ids;
    const until = new Date(START + 3_600_000).toISOString();
    const { status, body } = await act(api, held, 'hold', { until, reason: 'asked the payer' });
    expect(status).toBe(200);
    expect(body.review).toMatchObject({ onHold: true, holdUntil: until, overdue: false, dueAt: until, version: 1 });
    expect((await queueOf(api)).data.map((item) => item.id)).toEqual([ids[1]]);
    expect((await queueOf(api, '?onHold=true')).data.map((item) => item.id)).toEqual([held]);
    expect((await queueOf(api, '?onHold=all')).totals).toMatchObject({ count: 2, overdue: 1 });
    expect((await act(api, held, 'hold', { until, reason: 'asked the payer' })).body.review.version).toBe(1);
    clock = START + 3_600_001;
    expect((await queueOf(api, '?overdue=true')).totals).toMatchObject({ count: 2, overdue: 2 });
    expect((await api.get<Item>(`/reconciliation/matches/${held}`)).body.review.onHold).toBe(false);
  });

  it('release it before, assign it, and leave notes; all of it is in the history', async () => {
    const { organisationId, api, ids } = await waiting(3);
    const [id = ''] = ids;
    const [me, colleague] = [newId(), newId()];
    const mine = world.as(organisationId, ['bookkeeper'], world.first, me);
    await queueOf(world.as(organisationId, ['bookkeeper'], world.first, colleague));
    await act(mine, id, 'hold', { until: new Date(START + 1_000_000).toISOString(), reason: 'later' });
    await act(mine, id, 'release', {});
    expect((await act(mine, id, 'assign', { userId: colleague })).body.review.assigneeId).toBe(colleague);
    expect((await act(mine, id, 'assign', { userId: me })).status).toBe(200);
    expect((await queueOf(mine, '?assignee=me')).data.length).toBe(1);
    expect((await queueOf(mine, `?assignee=${colleague}`)).data.length).toBe(0);
    const noted = await act(mine, id, 'notes', { text: ' called, no answer ' });
    expect(noted.body.review.notes).toMatchObject([{ who: me, text: 'called, no answer' }]);
    const { data } = (await api.get<MatchHistory>(`/reconciliation/matches/${id}/history`)).body;
    expect(data.map((line) => `${line.kind} ${line.what}`).toSorted()).toEqual(
      [
        'decision unmatched',
        'ledger payment_received',
        'review assigned',
        'review assigned',
        'review held',
        'review noted',
        'review released',
      ].toSorted(),
    );
    expect(data.find((line) => line.kind === 'ledger')?.legs).toContainEqual({
      account: 'unapplied',
      amountCents: -1_000,
    });
    expect(data.filter((line) => line.kind === 'review').map((line) => line.who)).toEqual([me, me, me, me, me]);
  });

  it('what they arranged outlives new decisions', async () => {
    const { organisationId, api, ids } = await waiting(3);
    const [id = ''] = ids;
    await act(api, id, 'notes', { text: 'kept' });
    const payer = debtor(organisationId, 1_000);
    await world.owe(organisationId, payer);
    const choice = { allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: 1_000 }] };
    await api.decide(id, 'confirm', choice);
    await act(api, id, 'notes', { text: 'after' });
    await api.decide(id, 'undo', { reason: 'no' });
    const { body } = await api.get<Item>(`/reconciliation/matches/${id}`);
    expect(body.review.notes.map((note) => note.text)).toEqual(['kept', 'after']);
    const { data } = (await api.get<MatchHistory>(`/reconciliation/matches/${id}/history`)).body;
    expect(data.filter((line) => line.kind === 'decision').map((line) => line.what)).toEqual([
      'unmatched',
      'confirmed',
      'undone',
    ]);
  });

  it('are refused with a reason', async () => {
    const { organisationId, api, ids } = await waiting(3);
    const [id = ''] = ids;
    const later = new Date(START + 1_000_000).toISOString();
    const refusals: [string, string, unknown, number, string][] = [
      [newId(), 'hold', { until: later, reason: 'x' }, 404, 'match_not_found'],
      [id, 'hold', { until: hoursAgo(1), reason: 'x' }, 422, 'hold_not_ahead'],
      [id, 'hold', { until: '2029-01-01T00:00:00Z', reason: 'x' }, 422, 'hold_too_long'],
      [id, 'hold', { until: later, reason: 'x', expectedVersion: 7 }, 409, 'review_changed'],
      [id, 'assign', { userId: newId() }, 422, 'assignee_unknown'],
      [newId(), 'notes', { text: 'x' }, 404, 'match_not_found'],
      [id, 'notes', { text: ' ' }, 400, 'validation_failed'],
    ];
    for (const [payment, verb, body, status, code] of refusals) {
      const answer = await act(api, payment, verb, body);
      expect([code, answer.status, answer.body.code]).toEqual([code, status, code]);
    }
    const viewer = world.as(organisationId, ['viewer'], world.first, newId());
    for (const [, verb, body] of refusals) expect((await act(viewer, id, verb, body)).status).toBe(403);
    await queueOf(viewer);
    expect((await act(world.as(newId()), id, 'notes', { text: 'x' })).status).toBe(404);
    expect((await api.get<Item>(`/reconciliation/matches/${id}`)).body.review.version).toBe(0);
  });

  it('at once on two replicas lose nothing, and only one takes what both saw free', async () => {
    const { organisationId, ids } = await waiting(3);
    const [id = ''] = ids;
    const second = await world.start();
    const at = [world.first, second, world.first, second].map((one) =>
      world.as(organisationId, ['bookkeeper'], one, newId()),
    );
    for (const api of at) await queueOf(api);
    await Promise.all(at.map((api, n) => act(api, id, 'notes', { text: `note ${n}` })));
    const { review } = (await world.as(organisationId).get<Item>(`/reconciliation/matches/${id}`)).body;
    expect(review.notes.map((note) => note.text).toSorted()).toEqual(['note 0', 'note 1', 'note 2', 'note 3']);
    const takes = await Promise.all(
      review.notes.map((note, n) => {
        const body = { userId: note.who, expectedVersion: review.version };
        return act(at[n] as Client, id, 'assign', body);
      }),
    );
    expect(takes.map((answer) => answer.status).toSorted()).toEqual([200, 409, 409, 409]);
    await second.stop();
  });
});

describe('many at once', () => {
  type Bulk = { done: number; failed: number; results: { paymentId: string; status: number; code: string | null }[] };
  const bulk = (api: Client, body: unknown, headers?: Record<string, string>) =>
    api.post<Bulk>('/reconciliation/matches/bulk', body, headers);

  async function suggestions(count: number) {
    clock = START;
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

describe('money that should come', () => {
  type Expected = { data: ExpectedView[]; totals: { status: string; count: number; amountCents: number }[] };
  const expected = async (api: Client, query: string) =>
    (await api.get<Expected>(`/reconciliation/expected${query}`)).body;

  it('is expected, due soon, late, then missing', async () => {
    clock = START;
    const organisationId = newId();
    const api = world.as(organisationId);
    const days = ['2026-04-01', '2026-03-12', '2026-03-09', '2026-02-01'];
    const debtors = days.map((dueDate) => debtor(organisationId, 100_000, { dueDate }));
    await world.owe(organisationId, ...debtors);
    const { data, totals } = await expected(api, '');
    expect(data.map((one) => [one.expectedBy, one.status])).toEqual([
      ['2026-02-01', 'missing'],
      ['2026-03-09', 'late'],
      ['2026-03-12', 'due_soon'],
      ['2026-04-01', 'expected'],
    ]);
    expect(totals.map((one) => [one.status, one.amountCents]).toSorted()).toEqual(
      [
        ['due_soon', 100_000],
        ['expected', 100_000],
        ['late', 100_000],
        ['missing', 100_000],
      ].toSorted(),
    );
    const settings = { reviewHours: 4, dueSoonDays: 0, missingDays: 1, requestLateMinutes: 1, requestMissingHours: 1 };
    expect((await api.put('/reconciliation/review-settings', settings)).body).toEqual(settings);
    expect(
      (await world.as(organisationId, ['bookkeeper']).put('/reconciliation/review-settings', settings)).status,
    ).toBe(403);
    expect((await expected(api, '?status=missing')).data.map((one) => one.expectedBy)).toEqual(['2026-02-01']);
    expect((await expected(api, '?status=expected')).data.length).toBe(2);
    const figures = async () => (await world.first.app.inject({ url: '/metrics' })).body;
    await eventually(figures).toMatch(/malipo_expected_missing\{kind="invoice"[^}]*\} [1-9]/);
  });

  it('a prompt is late and missing until it is answered', async () => {
    clock = START;
    const organisationId = newId();
    const api = world.as(organisationId);
    const prompt = (requestId: string, minutes: number) =>
      PaymentRequestPrompted.create(
        {
          requestId,
          channelId: newId(),
          mode: 'test',
          invoiceId: null,
          customerId: newId(),
          accountReference: 'INV',
          amountCents: 5_000,
          promptedAt: new Date(START - minutes * 60_000).toISOString(),
        },
        { organisationId, subject: { id: requestId, version: 1 }, at: new Date(START) },
      );
    const settled = (requestId: string) =>
      PaymentRequestSettled.create(
        {
          requestId,
          mode: 'test',
          status: 'cancelled',
          paymentId: null,
          resultCode: '1032',
          settledAt: new Date(START).toISOString(),
        },
        { organisationId, subject: { id: requestId, version: 2 }, at: new Date(START) },
      );
    const [fresh, late, missing, answered] = [newId(), newId(), newId(), newId()];
    await world.publish(
      settled(answered),
      prompt(answered, 30),
      prompt(fresh, 1),
      prompt(late, 30),
      prompt(missing, 3_000),
    );
    await eventually(async () =>
      (await expected(api, '?kind=request')).data.map((one) => [one.id, one.status]),
    ).toEqual([
      [missing, 'missing'],
      [late, 'late'],
      [fresh, 'expected'],
    ]);
    expect((await expected(api, '?kind=request&status=late')).totals).toMatchObject([{ count: 1, amountCents: 5_000 }]);
    await world.publish(settled(late), settled(late));
    await eventually(async () => (await expected(api, '?kind=request&status=late')).data.length).toBe(0);
  });
});
