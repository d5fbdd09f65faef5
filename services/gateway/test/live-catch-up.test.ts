import { randomUUID } from 'node:crypto';
import { createTestPublisher } from '@malipo/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStream, reversal } from './streams.ts';
import { type Gateway, startGateway } from './support.ts';

let ahead = 0;
let gateway: Gateway;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
beforeAll(async () => {
  gateway = await startGateway({ now: () => new Date(Date.now() + ahead) });
  publisher = await createTestPublisher(gateway.slice);
});
beforeEach(() => {
  ahead = 0;
});
afterAll(async () => {
  await publisher.close();
  await gateway.stop();
});

/** A client that saw these events come, and went away. */
async function watched(token: string, ...events: ReturnType<typeof reversal>[]) {
  const stream = await openStream(gateway, token);
  await publisher.publish(...events);
  await expect.poll(stream.ids).toEqual(events.map(({ id }) => id));
  stream.close();
}

/** Somebody else watches the organisation for a moment. */
async function lookIn(token: string) {
  const stream = await openStream(gateway, token);
  await expect.poll(stream.text).toContain(': open');
  stream.close();
}

describe('who comes back', () => {
  test('after nobody watched for more than ten minutes reads everything again, two at once too', async () => {
    const organisationId = randomUUID();
    const token = await gateway.tokenFor(organisationId);
    const seen = reversal(organisationId);
    await watched(token, seen);
    ahead = 12 * 60_000;
    const [one, two] = await Promise.all([1, 2].map(() => openStream(gateway, token, { 'last-event-id': seen.id })));
    await expect.poll(() => one?.text()).toContain('event: resync');
    await expect.poll(() => two?.text()).toContain('event: resync');
    one?.close();
    two?.close();
  });

  test('is not told a part of it because somebody else came back first', async () => {
    const organisationId = randomUUID();
    const token = await gateway.tokenFor(organisationId);
    const seen = reversal(organisationId);
    await watched(token, seen);
    ahead = 12 * 60_000;
    await lookIn(token);
    const again = await openStream(gateway, token, { 'last-event-id': seen.id });
    await expect.poll(again.text).toContain('event: resync');
    again.close();
  });

  test('gets what was missed where somebody else watched meanwhile', async () => {
    const organisationId = randomUUID();
    const token = await gateway.tokenFor(organisationId);
    const [seen, missed] = [reversal(organisationId), reversal(organisationId)];
    await watched(token, seen, missed);
    ahead = 6 * 60_000;
    await lookIn(token);
    ahead = 12 * 60_000;
    const again = await openStream(gateway, token, { 'last-event-id': seen.id });
    await expect.poll(again.ids).toEqual([missed.id]);
    expect(again.text()).not.toContain('resync');
    again.close();
  });

  test('gets more than a slow reader may leave lying, and reads everything again where it is far more', async () => {
    const organisationId = randomUUID();
    const token = await gateway.tokenFor(organisationId);
    const long = (letters: number) => reversal(organisationId, undefined, 'U'.repeat(letters));
    const [seen, after] = [reversal(organisationId), reversal(organisationId)];
    const missed = Array.from({ length: 100 }, () => long(5_000));
    const far = Array.from({ length: 40 }, () => long(30_000));
    await watched(token, seen, ...missed);
    const again = await openStream(gateway, token, { 'last-event-id': seen.id });
    await expect.poll(again.ids).toEqual(missed.map(({ id }) => id));
    expect(again.text()).not.toContain('resync');
    again.close();
    await watched(token, ...far);
    const lost = await openStream(gateway, token, { 'last-event-id': seen.id });
    await expect.poll(lost.text).toContain('event: resync');
    await publisher.publish(after);
    await expect.poll(lost.ids).toEqual([after.id]);
    lost.close();
  });
});
