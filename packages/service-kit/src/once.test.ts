import { expect, test } from 'vitest';
import { onceDone } from './once.ts';

test('a failed first try is tried again, one that worked is not', async () => {
  let tries = 0;
  const connect = onceDone(async () => {
    if (++tries === 1) throw new Error('no broker yet');
    return tries;
  });
  const first = [connect(), connect()];
  await expect(Promise.all(first)).rejects.toThrow('no broker yet');
  expect(await Promise.allSettled(first)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(tries).toBe(1);
  expect(await Promise.all([connect(), connect()])).toEqual([2, 2]);
  expect(await connect()).toBe(2);
});
