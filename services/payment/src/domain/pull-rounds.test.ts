import { expect, it } from 'vitest';
import { isAskedIn } from './pull-rounds.ts';

const roundsOf = (everyMs: number, count: number) =>
  Array.from({ length: count }, (_, at) => at + 1).filter((round) => isAskedIn(round, everyMs));

it('a channel that is refused is asked after twice as long each time, and once an hour in the end', () => {
  expect(roundsOf(300_000, 40)).toEqual([1, 2, 4, 8, 12, 24, 36]);
  expect(roundsOf(60_000, 200)).toEqual([1, 2, 4, 8, 16, 32, 60, 120, 180]);
});

it('rounds of an hour or longer are all used', () => {
  expect(roundsOf(3_600_000, 3)).toEqual([1, 2, 3]);
  expect(roundsOf(7_200_000, 3)).toEqual([1, 2, 3]);
});
