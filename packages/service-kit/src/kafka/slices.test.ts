import { MongoServerError } from 'mongodb';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { InvalidError, NotYetError, RaceLostError, UnavailableError, UpstreamError } from '../errors.ts';
import type { Received } from './received.ts';
import { type Means, processWithRetry } from './slices.ts';

const log = pino({ level: 'silent' });
const processed = (slice: readonly Received[], handle: Means['handle'], more: Partial<Means> = {}) =>
  processWithRetry(slice, {
    handle,
    othersPass: async () => false,
    log,
    stopping: new AbortController().signal,
    ...more,
  });
const event = (id: string, subject = id): Received => ({
  id,
  type: 't',
  version: 1,
  occurredAt: '',
  producer: 'p',
  organisationId: 'o',
  subject: { id: subject, version: 1 },
  correlationId: id,
  causationId: null,
  data: {},
  topic: 't',
  partition: 0,
  offset: '0',
  cause: { correlationId: id, causationId: id, traceparent: null },
});

describe('processWithRetry', () => {
  test('one poison event is parked alone and the others are done', async () => {
    const done = new Set<string>();
    const handle = async (slice: readonly Received[]) => {
      if (slice.some((one) => one.id === 'poison')) throw new InvalidError('bad', 'bad');
      for (const one of slice) done.add(one.id);
    };
    const { parked } = await processed([event('a'), event('poison'), event('b')], handle);
    expect(parked.map((one) => one.event.id)).toEqual(['poison']);
    expect([...done]).toEqual(['a', 'b']);
  });

  test('later events about the parked subject wait behind it, others pass', async () => {
    const handle = async (slice: readonly Received[]) => {
      if (slice.some((one) => one.id === 'poison')) throw new InvalidError('bad', 'bad');
    };
    const { parked } = await processed([event('poison', 's'), event('later', 's'), event('other', 'x')], handle);
    expect(parked.map((one) => one.event.id)).toEqual(['poison', 'later']);
  });

  test.each([
    ['a lost race', new RaceLostError('balance')],
    ['what another member wrote first', new MongoServerError({ code: 11000, message: 'E11000 duplicate key' })],
  ])('%s is decided again, longer than a fault', async (_what, error) => {
    let tries = 0;
    const handle = async () => {
      if (++tries < 9) throw error;
    };
    expect(await processed([event('a')], handle)).toEqual({ parked: [] });
    expect(tries).toBe(9);
  });

  test('a fault upstream may pass, and is tried again', async () => {
    let tries = 0;
    const handle = async () => {
      if (++tries < 2) throw new UpstreamError('provider_failed', 'try later');
    };
    expect(await processed([event('a')], handle)).toEqual({ parked: [] });
  });

  test('what the database gives up as one transaction is done one by one, in order, and never parked', async () => {
    const done: string[] = [];
    let alone = 0;
    const handle = async (slice: readonly Received[]) => {
      if (slice.length > 1 || ++alone < 3) throw new MongoServerError({ code: 251, message: 'no such transaction' });
      done.push(...slice.map((one) => one.id));
    };
    const { parked } = await processed([event('a'), event('b'), event('c')], handle);
    expect(parked).toEqual([]);
    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('what refers to something that has not come yet is tried again, and parked when it never comes', async () => {
    let tries = 0;
    const never = async () => {
      tries++;
      throw new NotYetError('invoice_unknown', 'not known');
    };
    const late = async () => {
      if (++tries < 3) await never();
    };
    expect(await processed([event('a')], late)).toEqual({ parked: [] });
    tries = 0;
    expect((await processed([event('a')], never)).parked).toHaveLength(1);
    expect(tries).toBe(5);
  });

  test.each([
    ['infrastructure that is down', new UnavailableError('down', 'down')],
    [
      'a single event that the database gives up like any other',
      new MongoServerError({ code: 251, message: 'no such transaction' }),
    ],
  ])('%s is waited for however long it takes, never blamed on the message', async (_what, error) => {
    vi.useFakeTimers();
    let tries = 0;
    const handle = async () => {
      if (++tries < 20) throw error;
    };
    const done = processed([event('a')], handle);
    await vi.runAllTimersAsync();
    expect(await done).toEqual({ parked: [] });
    vi.useRealTimers();
  });

  test('a stop ends the waiting without parking anything', async () => {
    const stopping = new AbortController();
    const handle = async () => {
      stopping.abort();
      throw new UnavailableError('down', 'down');
    };
    await expect(processed([event('a')], handle, { stopping: stopping.signal })).rejects.toMatchObject({
      code: 'down',
    });
  });
});
