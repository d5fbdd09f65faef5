import type { ExpectedView } from '@malipo/api-contracts';
import { PaymentRequestPrompted, PaymentRequestSettled } from '@malipo/events';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReviewWorld, type ReviewWorld, START } from './review-world.ts';
import { type Client, debtor, eventually } from './support.ts';

let world: ReviewWorld;
beforeAll(async () => {
  world = await openReviewWorld();
});
afterAll(() => world?.close());

describe('money that should come', () => {
  type Expected = { data: ExpectedView[]; totals: { status: string; count: number; amountCents: number }[] };
  const expected = async (api: Client, query: string) =>
    (await api.get<Expected>(`/reconciliation/expected${query}`)).body;

  it('is expected, due soon, late, then missing', async () => {
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
    const settings = {
      reviewHours: 24,
      dueSoonDays: 3,
      missingDays: 14,
      requestLateMinutes: 61,
      requestMissingHours: 1,
    };
    const refused = await api.put<{ code: string }>('/reconciliation/review-settings', settings);
    expect([refused.status, refused.body]).toMatchObject([
      422,
      { code: 'late_after_missing', errors: [{ pointer: '#/requestLateMinutes' }] },
    ]);
    await world.publish(settled(late), settled(late));
    await eventually(async () => (await expected(api, '?kind=request&status=late')).data.length).toBe(0);
  });
});
