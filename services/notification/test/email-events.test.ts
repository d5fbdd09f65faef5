import { collectTopic } from '@malipo/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { allocated, customer, eventually, fresh, listed, messageOf, openWorld, signed, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const post = (body: string, headers: Record<string, string> = signed(body)) =>
  world.service.app.inject({ method: 'POST', url: '/callbacks/email/events', payload: body, headers });

/** E-mails of one customer's payments, as the list shows them. */
const emailsOf = async (customerId: string, status = 'sent') =>
  (await listed(world, `?customerId=${customerId}&status=${status}&limit=200`)).filter((one) => one.medium === 'email');

/** As many e-mails that were sent; answers their customer and their ids. */
async function sent(count: number) {
  const { customerId, event } = customer(world.organisationId, { email: 'grace@example.com' });
  const payments = Array.from({ length: count }, () => allocated(world.organisationId, { customerId }));
  await world.publisher.publish(event, ...payments.map((one) => one.event));
  await eventually(() => emailsOf(customerId)).toHaveLength(count);
  return { customerId, ids: (await emailsOf(customerId)).map((one) => one.id) };
}

describe('e-mail events', () => {
  it('count only with a signature that fits every byte', async () => {
    const { customerId, ids } = await sent(1);
    const body = JSON.stringify([
      { event: 'open', deliveryId: ids[0] },
      { event: 'delivered', deliveryId: ids[0], sg_event_id: 'x' },
      { event: 'delivered', deliveryId: 'not ours' },
    ]);
    const headers = signed(body);
    expect((await post(`${body} `, headers)).statusCode).toBe(401);
    expect((await post(body, { 'content-type': 'application/json' })).statusCode).toBe(401);
    expect(await emailsOf(customerId)).toHaveLength(1);
    expect((await post(body, headers)).statusCode).toBe(204);
    expect((await post(body, headers)).statusCode).toBe(204);
    expect(await emailsOf(customerId, 'delivered')).toHaveLength(1);
  });

  it('that are signed but unreadable are taken as empty', async () => {
    expect((await post('{"a":')).statusCode).toBe(204);
  });

  it('count beside others that say nothing that we know', async () => {
    const { customerId, ids } = await sent(1);
    const odd = [null, 7, {}, { event: 3 }, { event: 'x'.repeat(61) }, { event: 'constructor', deliveryId: ids[0] }];
    expect((await post(JSON.stringify([...odd, { event: 'delivered', deliveryId: ids[0] }]))).statusCode).toBe(204);
    expect(await emailsOf(customerId, 'delivered')).toHaveLength(1);
  });

  it('about a hundred messages are answered long before the provider would repeat them', async () => {
    const { customerId, ids } = await sent(100);
    const began = performance.now();
    const answer = await post(JSON.stringify(ids.map((deliveryId) => ({ event: 'delivered', deliveryId }))));
    // one note after the other would be 25 s, all in one is a fraction of a second
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(answer.statusCode).toBe(204);
    expect(await emailsOf(customerId, 'delivered')).toHaveLength(100);
  });

  it('about one message are taken in as they came', async () => {
    const topic = await collectTopic(world.slice, 'notification.events');
    const { ids } = await sent(2);
    const body = ['bounce', 'delivered'].flatMap((event) => ids.map((deliveryId) => ({ event, deliveryId })));
    await post(JSON.stringify(body));
    const ends = (id = '') =>
      [...topic.of('message.failed'), ...topic.of('message.delivered')]
        .filter((event) => event.subject.id === id)
        .sort((one, two) => one.subject.version - two.subject.version)
        .map((event) => event.type);
    for (const id of ids) await eventually(() => ends(id)).toEqual(['message.failed', 'message.delivered']);
    await topic.close();
  });
});

/** An e-mail that has reached the provider, which keeps its answer back. */
async function underWay() {
  world.provider.behave('holds');
  const receipt = fresh();
  const { customerId, event } = customer(world.organisationId, { email: 'grace@example.com', phone: null });
  const payment = allocated(world.organisationId, { customerId, receipt });
  await world.publisher.publish(event, payment.event);
  const view = () => messageOf(world, payment.paymentId, 'email');
  const reached = () => world.provider.emails().filter((one) => one.text.includes(receipt)).length;
  await eventually(reached).toBe(1);
  const id = (await view())?.id;
  return {
    view,
    tell: (...events: string[]) => post(JSON.stringify(events.map((name) => ({ event: name, deliveryId: id })))),
    /** As the provider tells: with what the message carried. */
    tellOf: (attempt: number, event: string) =>
      post(JSON.stringify([{ event, attempt: '7', deliveryId: id, deliveryAttempt: String(attempt) }])),
    attempts: () =>
      world.provider
        .emails()
        .filter((one) => one.text.includes(receipt))
        .map((one) => one.args.deliveryAttempt),
    resend: async () =>
      world.service.app.inject({
        method: 'POST',
        url: `/api/v1/notifications/${id}/resend`,
        headers: { authorization: `Bearer ${await world.token()}` },
      }),
  };
}

describe('e-mail events that come before our own note', () => {
  afterEach(() => {
    world.provider.letGo();
    world.provider.behave('takes');
    world.clock.aheadMs = 0;
  });

  it.each(['dropped', 'bounce'])('%s counts where the answer says that the message was taken', async (name) => {
    const { view, tell } = await underWay();
    expect((await tell('processed', name, 'deferred')).statusCode).toBe(204);
    expect(await view()).toMatchObject({ status: 'claimed' });
    world.provider.takeHeld();
    await eventually(view).toMatchObject({ status: 'failed', reason: name });
  });

  it.each([
    ['processed', 'sent', null],
    ['dropped', 'failed', 'dropped'],
  ])('%s settles what is of unknown fate, its answer being lost', async (name, status, reason) => {
    const { view, tell } = await underWay();
    await tell(name);
    world.provider.letGo();
    await eventually(view).toMatchObject({ status, reason });
  });

  it('settle what is of unknown fate, its claim having expired', async () => {
    const { view, tell } = await underWay();
    await tell('dropped');
    world.clock.aheadMs = 120_000; // longer than a claim lasts
    await eventually(view).toMatchObject({ status: 'failed', reason: 'dropped' });
  });

  it.each(['delivered', 'open', 'click'])('%s counts at once, and no answer takes it back', async (name) => {
    const { view, tell } = await underWay();
    await tell('dropped', name);
    const delivered = await view();
    expect(delivered).toMatchObject({ status: 'delivered' });
    world.provider.takeHeld();
    await eventually(async () => (await view())?.version).toBeGreaterThan(delivered?.version ?? 0);
    expect(await view()).toMatchObject({ status: 'delivered' });
  });

  it('are about the attempt that was under way, not about the one that a person asks for next', async () => {
    const first = await underWay();
    await first.tell('dropped');
    world.provider.letGo();
    await eventually(first.view).toMatchObject({ status: 'failed' });
    world.provider.behave('takes');
    await first.resend();
    await eventually(first.view).toMatchObject({ status: 'sent' });
    // nor are those that come late: each names the attempt that it is about
    await first.tellOf(1, 'bounce');
    // what is noted later has been looked up later
    const later = await underWay();
    await later.tell('bounce');
    world.provider.takeHeld();
    await eventually(later.view).toMatchObject({ status: 'failed' });
    expect(await first.view()).toMatchObject({ status: 'sent' });
    expect(first.attempts()).toEqual(['1', '2']);
    await first.tellOf(2, 'bounce');
    await eventually(first.view).toMatchObject({ status: 'failed', reason: 'bounce' });
    await first.tellOf(1, 'delivered');
    await eventually(first.view).toMatchObject({ status: 'delivered' });
  });
});
