import { NetworkError, ProtocolError } from '@platformatic/kafka';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Membership } from './membership.ts';
import type { OffsetCommits } from './offset-commits.ts';
import type { Reader } from './reader.ts';
import { beginTurn } from './turn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Parts = { positions?: Membership['positions']; readOn: Reader['readOn']; onDead?(error: Error): void };

/** A turn until `stopping`, without the pauses. @returns the failures in a row that it counted, one after the other */
async function turnOf({ positions, readOn, onDead }: Parts, stopping: AbortController): Promise<number[]> {
  const counted: number[] = [];
  const turn = beginTurn({
    subscription: {},
    membership: { positions: positions ?? (async () => new Map()) } as unknown as Membership,
    reader: { readOn } as Reader,
    take: async () => {},
    commits: {} as OffsetCommits,
    stopping: stopping.signal,
    log: { warn: ({ count }: { count: number }) => counted.push(count) } as unknown as Logger,
    onDead(error) {
      if (!onDead) throw error;
      onDead(error);
    },
  });
  await vi.runAllTimersAsync();
  await turn.end();
  return counted;
}

/** A turn whose readings go as told, each after the pause that the one before asked for. */
function interruptions(readings: readonly ('fails' | 'works, then fails')[]): Promise<number[]> {
  const stopping = new AbortController();
  const left = [...readings];
  const readOn: Reader['readOn'] = async ({ take, signal }) => {
    const next = left.shift();
    if (!next) return stopping.abort();
    if (next === 'works, then fails') await take([], signal);
    throw new UnavailableError('database_unreachable', 'out of reach');
  };
  return turnOf({ readOn }, stopping);
}

test('an interruption after work that went well is waited for as the first, however many there were before', async () => {
  const counted = await interruptions(['fails', 'fails', 'fails', 'works, then fails', 'fails', 'works, then fails']);
  expect(counted).toEqual([1, 2, 3, 1, 2, 1]);
});

test('what Kafka would answer otherwise later is waited for, and whatever keeps the offsets from being read', async () => {
  const stopping = new AbortController();
  const wrong = [new NetworkError('the broker is gone'), new ProtocolError('NOT_LEADER_OR_FOLLOWER')];
  const lost = [new Error('the coordinator says nothing that we know')];
  const counted = await turnOf(
    {
      async positions() {
        const error = lost.shift();
        if (error) throw error;
        return new Map();
      },
      async readOn() {
        const error = wrong.shift();
        if (error) throw error;
        stopping.abort();
      },
    },
    stopping,
  );
  expect(counted).toEqual([1, 2, 3]);
});

test('a fault of our own ends it, once', async () => {
  const told: string[] = [];
  const readOn = async () => Promise.reject(new TypeError('nothing has no length'));
  const counted = await turnOf({ readOn, onDead: ({ message }) => told.push(message) }, new AbortController());
  expect([told, counted]).toEqual([['nothing has no length'], []]);
});
