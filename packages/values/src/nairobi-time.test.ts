import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, daysBetween, eatDay, eatStamp, parseEatStamp, startOfEatDay } from './nairobi-time.ts';

test('a stamp is three hours ahead of UTC', () => {
  expect(parseEatStamp('20260115083112')?.toISOString()).toBe('2026-01-15T05:31:12.000Z');
  expect(parseEatStamp(20260115083112)?.toISOString()).toBe('2026-01-15T05:31:12.000Z');
});

test.each([
  '20261315083112',
  '20260230000000',
  '20260115240000',
  '20260115086012',
  '20260115083160',
  '00260115083112',
  '2026011508311',
  'x',
  '',
  null,
  20260115,
])('%j is no stamp', (stamp) => {
  expect(parseEatStamp(stamp)).toBeUndefined();
});

test('a day begins at 21:00 UTC of the day before', () => {
  expect(eatDay(new Date('2026-01-14T21:00:00Z'))).toBe('2026-01-15');
  expect(startOfEatDay('2026-01-15').toISOString()).toBe('2026-01-14T21:00:00.000Z');
});

test('days count across months and years', () => {
  expect([addDays('2026-02-27', 2), daysBetween('2025-12-31', '2026-01-02')]).toEqual(['2026-03-01', 2]);
});

test('stamps of whole seconds read back', () => {
  const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 });
  fc.assert(
    fc.property(seconds, (second) => {
      expect(parseEatStamp(eatStamp(new Date(second * 1000)))?.getTime()).toBe(second * 1000);
    }),
  );
});
