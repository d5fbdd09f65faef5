import type { MatchHistory } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paymentReversed } from './builders.ts';
import {
  act,
  hoursAgo,
  type Item,
  openReviewWorld,
  queueOf,
  type ReviewWorld,
  START,
  waiting,
} from './review-world.ts';
import { type Client, debtor, eventually } from './support.ts';

let world: ReviewWorld;
beforeAll(async () => {
  world = await openReviewWorld();
});
afterAll(() => world?.close());

describe('colleagues', () => {
  it('put money on hold until a time; it comes back by itself and is not overdue before', async () => {
    const { api, ids } = await waiting(world, 30, 31);
    const [held = ''] = ids;
    const until = new Date(START + 3_600_000).toISOString();
    const { status, body } = await act(api, held, 'hold', { until, reason: 'asked the payer' });
    expect(status).toBe(200);
    expect(body.review).toMatchObject({ onHold: true, holdUntil: until, overdue: false, dueAt: until, version: 1 });
    expect((await queueOf(api)).data.map((item) => item.id)).toEqual([ids[1]]);
    expect((await queueOf(api, '?onHold=true')).data.map((item) => item.id)).toEqual([held]);
    expect((await queueOf(api, '?onHold=all')).totals).toMatchObject({ count: 2, overdue: 1 });
    expect((await act(api, held, 'hold', { until, reason: 'asked the payer' })).body.review.version).toBe(1);
    world.setClock(START + 3_600_001);
    expect((await queueOf(api, '?overdue=true')).totals).toMatchObject({ count: 2, overdue: 2 });
    expect((await api.get<Item>(`/reconciliation/matches/${held}`)).body.review.onHold).toBe(false);
  });

  it('release it before, assign it, and leave notes; all of it is in the history', async () => {
    const { organisationId, api, ids } = await waiting(world, 3);
    const [id = ''] = ids;
    const [me, colleague] = [newId(), newId()];
    const mine = world.as(organisationId, ['bookkeeper'], world.first, me);
    await queueOf(world.as(organisationId, ['bookkeeper'], world.first, colleague));
    await act(mine, id, 'hold', { until: new Date(START + 1_000_000).toISOString(), reason: 'later' });
    await act(mine, id, 'release', {});
    expect((await act(mine, id, 'assign', { userId: colleague })).body.review.assigneeId).toBe(colleague);
    expect((await act(mine, id, 'assign', { userId: me })).status).toBe(200);
    expect((await queueOf(mine, '?assignee=me')).data.length).toBe(1);
    expect((await queueOf(mine, `?assignee=${me.toUpperCase()}`)).data.length).toBe(1);
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

  it('a hold ends with the decision, so that what is taken back waits in the queue again', async () => {
    const { organisationId, api, ids } = await waiting(world, 30);
    const [id = ''] = ids;
    const until = new Date(START + 30 * 86_400_000).toISOString();
    await act(api, id, 'hold', { until, reason: 'asked the payer' });
    const payer = debtor(organisationId, 1_000);
    await world.owe(organisationId, payer);
    const me = newId();
    const mine = world.as(organisationId, ['bookkeeper'], world.first, me);
    await mine.decide(id, 'confirm', { allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: 1_000 }] });
    const settled = (await api.get<Item>(`/reconciliation/matches/${id}`)).body.review;
    expect(settled).toMatchObject({ onHold: false, holdUntil: null, holdReason: null, version: 2 });
    await mine.decide(id, 'undo', { reason: 'wrong invoice' });
    expect((await queueOf(api)).totals).toMatchObject({ count: 1, overdue: 1 });
    const { data } = (await api.get<MatchHistory>(`/reconciliation/matches/${id}/history`)).body;
    expect(data.filter((line) => line.kind === 'review').map((line) => [line.what, line.who])).toEqual([
      ['held', expect.any(String)],
      ['released', me],
    ]);
  });

  it('a hold does not keep the provider from taking the money back', async () => {
    const { organisationId, api, ids } = await waiting(world, 3);
    const [id = ''] = ids;
    const until = new Date(START + 30 * 86_400_000).toISOString();
    await act(api, id, 'hold', { until, reason: 'asked the payer' });
    await world.publish(paymentReversed(organisationId, { paymentId: id, amountCents: 1_000 }, 2));
    await eventually(async () => (await api.match(id)).reversed).toBe(true);
    expect((await api.get<Item>(`/reconciliation/matches/${id}`)).body.review.onHold).toBe(false);
  });

  it('what they arranged outlives new decisions', async () => {
    const { organisationId, api, ids } = await waiting(world, 3);
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
    const { organisationId, api, ids } = await waiting(world, 3);
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

  it('may be given money as soon as they may decide again, whichever replica saw them in between', async () => {
    const { organisationId, api, ids } = await waiting(world, 3);
    const [id = ''] = ids;
    const second = await world.start();
    const userId = newId();
    const seenAs = (role: string, at = world.first) => queueOf(world.as(organisationId, [role], at, userId));
    const give = async () => (await act(api, id, 'assign', { userId })).status;
    for (const [role, status] of [
      ['bookkeeper', 200],
      ['viewer', 422],
      ['bookkeeper', 200],
    ] as const) {
      await seenAs(role);
      expect([role, await give()]).toEqual([role, status]);
    }
    await seenAs('viewer', second);
    world.setClock(START + 60_000);
    await seenAs('bookkeeper');
    expect(await give()).toBe(200);
    await second.stop();
  });

  it('at once on two replicas lose nothing, and only one takes what both saw free', async () => {
    const { organisationId, ids } = await waiting(world, 3);
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
