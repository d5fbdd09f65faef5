import { randomUUID } from 'node:crypto';
import { CustomerSaved } from '@malipo/events';
import { createTestPublisher } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { about, openStream, reversal } from './streams.ts';
import { type Gateway, startGateway } from './support.ts';

let gateway: Gateway;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
beforeAll(async () => {
  gateway = await startGateway({ env: { MALIPO_LIVE_STREAMS: '2', MALIPO_LIVE_HEARTBEAT_MS: '200' } });
  publisher = await createTestPublisher(gateway.slice);
});
afterAll(async () => {
  await publisher.close();
  await gateway.stop();
});

const watch = (token: string, headers: Record<string, string> = {}, from: Gateway = gateway) =>
  openStream(from, token, headers);

describe('the event stream', () => {
  test('tells an organisation its own events from Kafka, and never another’s', async () => {
    const [ours, theirs] = [randomUUID() as string, randomUUID() as string];
    const [us, them] = [await watch(await gateway.tokenFor(ours)), await watch(await gateway.tokenFor(theirs))];
    expect(us.answer.headers.get('content-type')).toBe('text/event-stream');
    const events = [ours, theirs, ours, theirs, ours].map((organisationId) => reversal(organisationId));
    await publisher.publish(...events);
    const idsOf = (key: string) => events.filter((event) => event.key === key).map((event) => event.id);
    await expect.poll(() => us.ids().length + them.ids().length).toBe(5);
    expect(us.ids()).toEqual(idsOf(ours));
    expect(them.ids()).toEqual(idsOf(theirs));
    expect(us.messages()[0]).toMatchObject({ type: 'payment.reversed', data: { amountCents: 150_000 } });
    await expect.poll(us.text).toContain(': beat');
    us.close();
    them.close();
  });

  test('leaves out personal data', async () => {
    const organisationId = randomUUID();
    const stream = await watch(await gateway.tokenFor(organisationId));
    const customer = {
      customerId: randomUUID(),
      name: 'Grace Wanjiru',
      isCompany: false,
      phone: '254712345678',
      email: 'grace@example.co.ke',
      accountNumbers: ['AC-77'],
      contacts: [{ name: 'Ali Noor', phone: '254700000001', relation: 'brother' }],
      locale: null,
    };
    const saved = CustomerSaved.create(customer, about(organisationId));
    await publisher.publish(saved);
    await expect.poll(stream.ids).toEqual([saved.id]);
    expect(stream.text()).toContain(customer.customerId);
    expect(stream.text()).not.toMatch(/Grace|Ali|2547|example\.co\.ke/);
    stream.close();
  });

  test('goes on after the last message seen, or says that nobody can tell', async () => {
    const organisationId = randomUUID();
    const token = await gateway.tokenFor(organisationId);
    const first = await watch(token);
    const [seen, missed] = [reversal(organisationId), reversal(organisationId)];
    await publisher.publish(seen);
    await expect.poll(first.ids).toEqual([seen.id]);
    first.close();
    const second = await watch(token);
    await publisher.publish(missed);
    await expect.poll(second.ids).toEqual([missed.id]);
    second.close();
    const again = await watch(token, { 'last-event-id': seen.id });
    await expect.poll(again.ids).toEqual([missed.id]);
    expect(again.text()).not.toContain('resync');
    again.close();
    const lost = await watch(token, { 'last-event-id': randomUUID() });
    await expect.poll(lost.text).toContain('event: resync');
    lost.close();
  });

  test('tells no old news', async () => {
    const organisationId = randomUUID();
    const stream = await watch(await gateway.tokenFor(organisationId));
    const [old, fresh] = [reversal(organisationId, new Date(Date.now() - 3_600_000)), reversal(organisationId)];
    await publisher.publish(old, fresh);
    await expect.poll(stream.ids).toEqual([fresh.id]);
    stream.close();
  });

  test('is limited per organisation, and a closed one makes room', async () => {
    const token = await gateway.tokenFor();
    const [one, two] = [await watch(token), await watch(token)];
    const refused = await gateway.fetch('/api/v1/events/stream', { token });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    one.close();
    const status = async () => {
      const { answer, close } = await watch(token);
      close();
      return answer.status;
    };
    await expect.poll(status).toBe(200);
    two.close();
  });

  test('needs a token, and ends with it', async () => {
    expect((await gateway.fetch('/api/v1/events/stream')).status).toBe(401);
    const late = await startGateway({ now: () => new Date(Date.now() + 15 * 60_000 - 1_500) });
    const stream = await watch(await late.tokenFor(), {}, late);
    expect(stream.answer.status).toBe(200);
    await stream.ended;
    expect(stream.text()).toContain(': open');
    await late.stop();
  });

  test('does not hold up a stop', async () => {
    const other = await startGateway();
    const stream = await watch(await other.tokenFor(), {}, other);
    const started = Date.now();
    await other.stop();
    expect(Date.now() - started).toBeLessThan(5_000);
    await stream.ended;
  });
});
