import { eatDateTime } from '@malipo/values';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from './cell.ts';
import { dateOrder, isAmbiguous } from './date-order.ts';
import { type DateOrder, readClock, readMoment } from './moment.ts';

const shown = (cell: Cell, order?: DateOrder): string | undefined => {
  const moment = readMoment(cell, order);
  return moment && eatDateTime(new Date(moment.at));
};

const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2060, 0, 1);

describe('readMoment', () => {
  test('reads every usual way of writing a Nairobi time', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST / 1000, max: LAST / 1000 }), (seconds) => {
        const text = eatDateTime(new Date(seconds * 1000));
        const [year = '', month = '', day = ''] = text.slice(0, 10).split('-');
        const time = text.slice(11);
        const ways: Cell[] = [
          text,
          text.replace(' ', 'T'),
          `${day}-${month}-${year} ${time}`,
          `${Number(day)}/${Number(month)}/${year} ${time}`,
          `${day}.${month}.${year} ${time}`,
          text.replace(/\D/g, ''),
          new Date(seconds * 1000).toISOString(),
          `${text.replace(' ', 'T')}+03:00`,
          new Date(`${text.replace(' ', 'T')}Z`),
        ];
        for (const way of ways) expect(shown(way), String(way)).toBe(text);
      }),
    );
  });

  test.each([
    ['15/01/2026', '2026-01-15 00:00:00'],
    ['5/1/26', '2026-01-05 00:00:00'],
    ['20260115', '2026-01-15 00:00:00'],
    [20260115, '2026-01-15 00:00:00'],
    ['2026/01/15', '2026-01-15 00:00:00'],
    ['15 Jan 2026', '2026-01-15 00:00:00'],
    ['15-Januari-2026', '2026-01-15 00:00:00'],
    ['3rd Machi 2026 8:05 PM', '2026-03-03 20:05:00'],
    ['Jan 15, 2026 12:30 am', '2026-01-15 00:30:00'],
    ['15/01/2026 08.31', '2026-01-15 08:31:00'],
    [46037, '2026-01-15 00:00:00'],
    ['46037.5', '2026-01-15 12:00:00'],
  ])('%s', (cell, expected) => {
    expect(shown(cell)).toBe(expected);
  });

  test.each([
    '',
    '31/02/2026',
    '15/13/2026',
    '2026-02-30',
    'yesterday',
    '12',
    '1/1/1800',
    '15/01/2026 25:00',
    '15 Foo 2026',
    '26-08-31',
    '20261315',
    '2026-02-30T10:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-12-31 23:59+03:00',
  ])('%j is no date', (text) => {
    expect(readMoment(text)).toBeUndefined();
  });

  test('a column says by itself that it puts the month first', () => {
    expect(dateOrder(['01/02/2026', '01/15/2026'])).toBe('mdy');
    expect(shown('01/02/2026', 'mdy')).toBe('2026-01-02 00:00:00');
    expect(dateOrder(['01/02/2026', '15/01/2026', '01/15/2026'])).toBe('mixed');
    expect(dateOrder(['01/02/2026'])).toBe('dmy');
  });

  test('a column says by itself that two digits of the year come first', () => {
    expect(dateOrder(['26-08-05', '26-08-31'])).toBe('ymd');
    expect(shown('26-08-31', 'ymd')).toBe('2026-08-31 00:00:00');
    expect(dateOrder(['26-08-05', '31/08/26'])).toBe('dmy');
  });

  test('knows dates that two orders read otherwise', () => {
    expect(['9/1/26', '9/9/26', '13/9/26', '2026-09-01'].filter(isAmbiguous)).toEqual(['9/1/26']);
  });
});

test('an hour beyond noon is of a clock of 24, whatever stands behind it', () => {
  expect(['15/01/2026 14:05 AM', '15/01/2026 14:05 PM', '15/01/2026 12:05 AM'].map((cell) => shown(cell))).toEqual([
    '2026-01-15 14:05:00',
    '2026-01-15 14:05:00',
    '2026-01-15 00:05:00',
  ]);
});

test('readClock reads a time of day, whatever kind of cell it is in', () => {
  const minutes = (cell: Cell) => (readClock(cell) ?? Number.NaN) / 60_000;
  const three = 14 * 60 + 3;
  expect(minutes('2:03 PM')).toBe(three);
  expect(minutes('14.03')).toBe(three);
  expect(minutes(new Date('1899-12-30T14:03:00Z'))).toBe(three);
  expect(minutes(0.5)).toBe(720);
  expect(minutes('0.585416667')).toBe(three);
  const none: Cell[] = ['', '25:00', 'noon', 1.5, new Date('2026-08-31T14:03:00Z')];
  expect(none.filter((cell) => readClock(cell) !== undefined)).toEqual([]);
});
