import { expect, test } from 'vitest';
import { inLanes } from './lanes.ts';

test('all is worked through in order, and never more at a time than there are lanes', async () => {
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  await inLanes(2, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    most = Math.max(most, ++underWay);
    await Promise.resolve();
    underWay--;
  });
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('an error ends its own lane, and is thrown when the others have ended', async () => {
  const done: number[] = [];
  const work = inLanes(2, [1, 2, 3, 4], async (item) => {
    if (item === 1) throw new Error('no');
    await Promise.resolve();
    done.push(item);
  });
  await expect(work).rejects.toThrow('no');
  expect(done).toEqual([2, 3, 4]);
});
