import { expect, test } from 'vitest';
import { createTimeline } from './timeline.ts';

test('hands out everything once, in order, and nothing before its time', () => {
  const take = createTimeline(['2026-03-01', '2026-01-01', '2026-02-01', '2026-01-01'], (day) => day);
  expect(take('2025-12-31')).toEqual([]);
  expect(take('2026-01-31')).toEqual(['2026-01-01', '2026-01-01']);
  expect(take('2026-03-01')).toEqual(['2026-02-01', '2026-03-01']);
  expect(take('2026-12-31')).toEqual([]);
});
