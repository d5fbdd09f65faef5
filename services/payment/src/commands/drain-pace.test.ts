import { expect, test } from 'vitest';
import { createDrainPace } from './drain-pace.ts';

const MIB = 1024 * 1024;

/** Takes files of 1 MiB, one each so many milliseconds. */
function takeFiles(pace: ReturnType<typeof createDrainPace>, count: number, everyMs: number, isCalm = true, from = 0) {
  for (let file = 0; file < count; file++) pace.took(MIB, isCalm, from + file * everyMs);
}

test('lets 36 MiB wait before anything was drained', () => {
  expect(createDrainPace().mayWait()).toBe(36 * MIB);
});

test('lets wait what is worked off in three and a half seconds', () => {
  const pace = createDrainPace();
  takeFiles(pace, 9, 50); // the first begins the stretch
  expect(pace.mayWait()).toBe(70 * MIB);
});

test('follows a machine that becomes slower, but not below 36 MiB', () => {
  const pace = createDrainPace();
  takeFiles(pace, 9, 50);
  takeFiles(pace, 8, 80, true, 480);
  expect(pace.mayWait()).toBe(43.75 * MIB);
  takeFiles(pace, 8, 500, true, 1_540);
  expect(pace.mayWait()).toBe(36 * MIB);
});

test('learns nothing from files that were taken in a flood, nor from the time between two floods', () => {
  const pace = createDrainPace();
  takeFiles(pace, 9, 50);
  takeFiles(pace, 100, 500, false, 1_000);
  takeFiles(pace, 5, 50, true, 60_000);
  pace.rested();
  takeFiles(pace, 5, 50, true, 120_000);
  expect(pace.mayWait()).toBe(70 * MIB);
});
