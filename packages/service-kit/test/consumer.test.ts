import { collectTopic, createSlice, createTestPublisher, groupLags, moveGroup, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '../src/clock.ts';
import { type Base, type Subscription, UnavailableError } from '../src/index.ts';
import { Added, Counted, counter } from './counter-service.ts';
import { derivedCount, leaveUnannounced, type Running, startService, unannounced } from './support.ts';

const slice = createSlice();
const ORGANISATION = '01890000-0000-7000-8000-000000000001';
let keys: Awaited<ReturnType<typeof testKeys>>;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
let out: Awaited<ReturnType<typeof collectTopic>>;
let running: Running;

const added = (name: string, by: number, organisationId = ORGANISATION) =>
  Added.create({ name, by }, { organisationId, subject: { id: name, version: 1 }, at: new Date() });
const env = () => slice.env({ MALIPO_JWKS_URL: keys.jwksUrl });
const totalOf = (name: string) => derivedCount(slice, name);

/** A counter of which one more subscription writes down what it sees. */
const noting = (name: string, seen: string[], more: Partial<Subscription> = {}) => ({
  ...counter,
  subscriptions: (): Subscription[] => [
    {
      name,
      events: [Added],
      handle: async (events) => void seen.push(...events.map(({ subject }) => subject.id)),
      ...more,
    },
  ],
});

beforeAll(async () => {
  keys = await testKeys();
  running = await startService(counter, { env: env() });
  publisher = await createTestPublisher(slice);
  out = await collectTopic(slice, 'counter.events');
});
afterAll(async () => {
  await Promise.all([running.stop(), publisher.close(), out.close(), keys.close()]);
  await slice.drop();
});

test('the same event many times, at once and later, has one effect and one outgoing event', async () => {
  const event = added('repeated', 5);
  await publisher.publish(...Array.from({ length: 50 }, () => event));
  await expect.poll(() => totalOf('repeated')).toBe(5);
  await publisher.publish(event, added('after', 1));
  await expect.poll(() => totalOf('after')).toBe(1);
  expect(await totalOf('repeated')).toBe(5);
  await expect.poll(() => out.of(Counted.type).filter((one) => one.subject.id === 'after').length).toBe(1);
  expect(out.of(Counted.type).filter((one) => one.subject.id === 'repeated')).toHaveLength(1);
});

test('a poison message is parked with its reason, alone, and what follows about the same subject waits behind it', async () => {
  const letters = await collectTopic(slice, 'counter.dlq');
  await publisher.publish(added('poison', 1), added('beside', 2), added('poison', 1));
  await publisher.raw('source.events', ORGANISATION, 'not json');
  await expect.poll(() => totalOf('beside')).toBe(2);
  await expect.poll(() => letters.events.length).toBe(3);
  expect(letters.events.filter((one) => one?.subject?.id === 'poison')).toHaveLength(2);
  expect(await totalOf('poison')).toBeUndefined();
  await letters.close();
});

test('the lag of a slice that is stuck is seen while it grows, and is gone once nothing waits', async () => {
  const held = Promise.withResolvers<void>();
  const stuck = {
    ...counter,
    subscriptions: () => [{ name: 'stuck', events: [Added], handle: () => held.promise }],
  };
  const other = await startService(stuck, { env: env() });
  const lag = async () => {
    const { body } = await other.app.inject({ url: '/metrics' });
    return Number(/^malipo_consumer_lag_seconds\{group="stuck".*\} ([\d.]+)/m.exec(body)?.[1]);
  };
  await publisher.publish(added('stuck', 1));
  await expect.poll(lag).toBeGreaterThan(0);
  const before = await lag();
  await expect.poll(lag).toBeGreaterThan(before);
  held.resolve();
  await expect.poll(lag).toBe(0);
  await other.stop();
});

test('what a crash left in the outbox is published by the sweep, once, and leaves the outbox', async () => {
  const event = Counted.create(
    { name: 'crashed', total: 9, note: '' },
    { organisationId: ORGANISATION, subject: { id: 'crashed', version: 1 }, at: new Date() },
  );
  await leaveUnannounced(slice, event);
  await expect.poll(() => out.of(Counted.type).some((one) => one.id === event.id)).toBe(true);
  await running.relay.idle();
  await expect.poll(() => unannounced(slice)).toBe(0);
  expect(await running.relay.sweep(0)).toBe(0);
  expect(out.of(Counted.type).filter((one) => one.id === event.id)).toHaveLength(1);
});

test('a second member takes its share, and nothing is counted twice or lost while the group changes', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `share-${index}`);
  const organisations = names.map((_, index) => `01890000-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`);
  const round = () => publisher.publish(...names.map((name, index) => added(name, 1, organisations[index])));
  await round();
  const second = await startService(counter, { env: env() });
  for (let n = 0; n < 5; n++) await round();
  await expect.poll(() => second.ready()).toBe(true);
  await round();
  await second.stop();
  await round();
  await expect.poll(async () => Promise.all(names.map(totalOf))).toEqual(names.map(() => 8));
}, 60_000);

test('what nobody wants is passed over unfetched, for good; what comes once somebody wants it is worked off', async () => {
  const seen: string[] = [];
  let wanted = false;
  const picky = noting('picky', seen, { wants: async () => (wanted ? () => true : 'nothing') });
  await publisher.publish(added('unwanted', 1));
  const first = await startService(picky, { env: env() });
  const group = `${slice.kafkaPrefix}counter.picky`;
  const lag = async () => (await groupLags(slice.kafkaBrokers, (id) => id === group)).get(group);
  await expect.poll(lag).toBe(0);
  wanted = true;
  await publisher.publish(added('wanted', 1));
  await expect.poll(() => seen).toEqual(['wanted']);
  await first.stop();
  const second = await startService(picky, { env: env() });
  await publisher.publish(added('later', 1));
  await expect.poll(() => seen).toEqual(['wanted', 'later']);
  await second.stop();
});

test('what a member worked off before it leaves is committed, so that it does not come once more', async () => {
  const seen: string[] = [];
  const leaving = await startService(noting('leaving', seen), { env: env() });
  await publisher.publish(added('left', 1));
  await expect.poll(() => seen).toContain('left');
  await leaving.stop();
  const group = `${slice.kafkaPrefix}counter.leaving`;
  const lag = async () => (await groupLags(slice.kafkaBrokers, (id) => id === group)).get(group);
  await expect.poll(lag).toBe(0);
});

test('infrastructure that fails beside the slice is waited for, and nobody is declared dead', async () => {
  const [seen, dead]: [string[], unknown[]] = [[], []];
  let faults = 2;
  const wants = async () => {
    if (faults-- > 0) throw new UnavailableError('shaky', 'not now');
    return () => true;
  };
  const shaky = await startService(noting('shaky', seen, { wants }), {
    env: env(),
    onDead: (...died) => dead.push(died),
  });
  await publisher.publish(added('shaken', 1));
  await expect.poll(() => seen).toContain('shaken');
  expect(dead).toEqual([]);
  await shaky.stop();
});

test('a place that the topic does not have leads back to its beginning', async () => {
  await publisher.publish(added('lost', 1));
  await moveGroup(
    slice.kafkaBrokers,
    `${slice.kafkaPrefix}counter.lost`,
    `${slice.kafkaPrefix}source.events`,
    1_000_000,
  );
  const seen: string[] = [];
  const again = await startService(noting('lost', seen), { env: env() });
  await expect.poll(() => seen).toContain('lost');
  await again.stop();
});

test('an event whose transaction the database gives up each time is parked, and what is behind it goes on', async () => {
  const letters = await collectTopic(slice, 'counter.dlq');
  const seen: string[] = [];
  const endless = {
    ...counter,
    subscriptions: ({ mongo }: Base): Subscription[] => [
      {
        name: 'endless',
        events: [Added],
        handle: async ([event]) => {
          const subject = event?.subject.id ?? '';
          if (subject !== 'endless') return void seen.push(subject);
          await mongo.transaction(async (session) => {
            for (;;) {
              await mongo.db.collection('counts').findOne({}, { session });
              await pause(100);
            }
          });
        },
        maxSlice: 1,
      },
    ],
  };
  const other = await startService(endless, { env: env() });
  await publisher.publish(added('endless', 1), added('behind-endless', 2));
  await expect.poll(() => seen, { timeout: 90_000 }).toContain('behind-endless');
  await expect.poll(() => letters.events.map(({ subject }) => subject?.id)).toContain('endless');
  await letters.close();
  await other.stop();
}, 120_000);

test('a message of which too large an event would follow is parked, and what is behind it goes on', async () => {
  const letters = await collectTopic(slice, 'counter.dlq');
  const large = 'x'.repeat(500_000); // what follows names it twice
  await publisher.publish(added(large, 1), added('behind-large', 2));
  await expect.poll(() => totalOf('behind-large')).toBe(2);
  await expect.poll(() => letters.events.map(({ subject }) => subject?.id)).toContain(large);
  expect(await totalOf(large)).toBeUndefined();
  await letters.close();
});
