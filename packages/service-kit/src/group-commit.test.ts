import { describe, expect, test, vi } from 'vitest';
import { groupCommit } from './group-commit.ts';

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('groupCommit', () => {
  test('a write that forgets an item fails its batch: nobody is told that it is stored', async () => {
    const commit = groupCommit(async (items: number[]) => items.slice(1));
    const both = await Promise.allSettled([commit(1), commit(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('calls that arrive during a write become the next batch, and each gets its own result', async () => {
    const batches: number[][] = [];
    const first = gate();
    const commit = groupCommit(
      async (items: number[]) => {
        batches.push(items);
        if (batches.length === 1) await first.opened;
        return items.map((item) => item * 2);
      },
      { inFlight: 1 },
    );
    const one = commit(1);
    await expect.poll(() => batches.length).toBe(1);
    const rest = [2, 3, 4].map((item) => commit(item));
    first.open();
    expect(await Promise.all([one, ...rest])).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  test.each([1, 2])(
    'no more than %i writes are under way at a time, begun in the order of the calls',
    async (inFlight) => {
      const batches: number[][] = [];
      let [running, most] = [0, 0];
      const commit = groupCommit(
        async (items: number[]) => {
          batches.push(items);
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          return items;
        },
        { inFlight, maxBatch: 2 },
      );
      await Promise.all([1, 2, 3, 4, 5, 6, 7].map((item) => commit(item)));
      expect(batches).toEqual([[1, 2], [3, 4], [5, 6], [7]]);
      expect(most).toBe(inFlight);
    },
  );

  test('with a pace the first call goes at once, and those that trickle in after it share a write', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] });
    const batches: number[][] = [];
    const commit = groupCommit(
      async (items: number[]) => {
        batches.push(items);
        return items;
      },
      { paceMs: 20 },
    );
    const calls = [commit(1)];
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1]]);
    for (const item of [2, 3, 4]) {
      calls.push(commit(item));
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(batches).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(10);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4]);
    vi.useRealTimers();
  });

  test('as many as are worth a write of their own wait for no pace', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
    const batches: number[][] = [];
    const commit = groupCommit(
      async (items: number[]) => {
        batches.push(items);
        return items;
      },
      { paceMs: 20, enough: 3 },
    );
    const calls = [commit(1)];
    await vi.advanceTimersByTimeAsync(1);
    calls.push(commit(2), commit(3));
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1]]);
    calls.push(commit(4));
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    calls.push(commit(5));
    await vi.advanceTimersByTimeAsync(15);
    expect(batches).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5);
    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4, 5]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
    vi.useRealTimers();
  });

  test('a failed write rejects its own batch only', async () => {
    const commit = groupCommit(
      async (items: string[]) => {
        if (items.includes('bad')) throw new Error('no');
        return items;
      },
      { maxBatch: 1 },
    );
    const results = await Promise.allSettled([commit('good'), commit('bad'), commit('fine')]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a full queue refuses at once, and idle waits for what was accepted', async () => {
    const held = gate();
    const commit = groupCommit(
      async (items: number[]) => {
        await held.opened;
        return items;
      },
      { inFlight: 1, maxQueue: 2 },
    );
    const first = commit(0);
    await expect.poll(() => commit.depth()).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    const accepted = [commit(1), commit(2)];
    await expect(commit(3)).rejects.toMatchObject({ code: 'queue_full', kind: 'unavailable' });
    held.open();
    await commit.idle();
    expect(await Promise.all([first, ...accepted])).toEqual([0, 1, 2]);
    expect(commit.depth()).toBe(0);
  });

  test('idle waits for each write that is under way', async () => {
    const [first, last] = [gate(), gate()];
    const ended: number[] = [];
    const commit = groupCommit(
      async (items: number[]) => {
        await (items[0] === 1 ? first : last).opened;
        ended.push(...items);
        return items;
      },
      { inFlight: 2, maxBatch: 1 },
    );
    const calls = [commit(1), commit(2)];
    const idle = commit.idle().then(() => [...ended]);
    first.open();
    await calls[0];
    await new Promise((resolve) => setImmediate(resolve));
    last.open();
    expect(await idle).toEqual([1, 2]);
    await Promise.all(calls);
  });
});
