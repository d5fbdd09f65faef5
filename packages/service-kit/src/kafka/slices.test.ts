import { MongoServerError } from 'mongodb';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { InvalidError, NotYetError, RaceLostError, UnavailableError } from '../errors.ts';
import type { Received } from './received.ts';
import { processWithRetry } from './slices.ts';

const log = pino({ level: 'silent' });
const running = new AbortController().signal;
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
    const { parked } = await processWithRetry([event('a'), event('poison'), event('b')], handle, log, running);
    expect(parked.map((one) => one.event.id)).toEqual(['poison']);
    expect([...done]).toEqual(['a', 'b']);
  });

  test('later events about the parked subject wait behind it, others pass', async () => {
    const handle = async (slice: readonly Received[]) => {
      if (slice.some((one) => one.id === 'poison')) throw new InvalidError('bad', 'bad');
    };
    const { parked } = await processWithRetry(
      [event('poison', 's'), event('later', 's'), event('other', 'x')],
      handle,
      log,
      running,
    );
    expect(parked.map((one) => one.event.id)).toEqual(['poison', 'later']);
  });

  test('a lost race is decided again', async () => {
    let tries = 0;
    const handle = async () => {
      if (++tries < 3) throw new RaceLostError('balance');
    };
    expect(await processWithRetry([event('a')], handle, log, running)).toEqual({ parked: [] });
    expect(tries).toBe(3);
  });

  test('what the database gives up as one transaction is done one by one, in order, and never parked', async () => {
    const done: string[] = [];
    let alone = 0;
    const handle = async (slice: readonly Received[]) => {
      if (slice.length > 1 || ++alone < 3) throw new MongoServerError({ code: 251, message: 'no such transaction' });
      done.push(...slice.map((one) => one.id));
    };
    const { parked } = await processWithRetry([event('a'), event('b'), event('c')], handle, log, running);
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
    expect(await processWithRetry([event('a')], late, log, running)).toEqual({ parked: [] });
    tries = 0;
    expect((await processWithRetry([event('a')], never, log, running)).parked).toHaveLength(1);
    expect(tries).toBe(5);
  });

  test('infrastructure that is down is waited for, never blamed on the message', async () => {
    let tries = 0;
    const handle = async () => {
      if (++tries < 4) throw new UnavailableError('down', 'down');
    };
    expect(await processWithRetry([event('a')], handle, log, running)).toEqual({ parked: [] });
  });

  test('a stop ends the waiting without parking anything', async () => {
    const stopping = new AbortController();
    const handle = async () => {
      stopping.abort();
      throw new UnavailableError('down', 'down');
    };
    await expect(processWithRetry([event('a')], handle, log, stopping.signal)).rejects.toMatchObject({ code: 'down' });
  });
});
