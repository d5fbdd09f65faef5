import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Membership } from './membership.ts';
import type { OffsetCommits } from './offset-commits.ts';
import type { Reader } from './reader.ts';
import { beginTurn } from './turn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A turn whose readings go as told, each after the pause that the one before asked for; answers the failures in a row that it counted. */
async function interruptions(readings: readonly ('fails' | 'works, then fails')[]): Promise<number[]> {
  const counted: number[] = [];
  const stopping = new AbortController();
  const left = [...readings];
  const reader: Pick<Reader, 'readOn'> = {
    async readOn({ take, signal }) {
      const next = left.shift();
      if (!next) return stopping.abort();
      if (next === 'works, then fails') await take([], signal);
      throw new UnavailableError('database_unreachable', 'out of reach');
    },
  };
  const turn = beginTurn({
    subscription: {},
    membership: { positions: async () => new Map() } as unknown as Membership,
    reader: reader as Reader,
    take: async () => {},
    commits: {} as OffsetCommits,
    stopping: stopping.signal,
    log: { warn: ({ count }: { count: number }) => counted.push(count) } as unknown as Logger,
    onDead: (error) => {
      throw error;
    },
  });
  await vi.runAllTimersAsync();
  await turn.end();
  return counted;
}

test('an interruption after work that went well is waited for as the first, however many there were before', async () => {
  const counted = await interruptions(['fails', 'fails', 'fails', 'works, then fails', 'fails', 'works, then fails']);
  expect(counted).toEqual([1, 2, 3, 1, 2, 1]);
});
