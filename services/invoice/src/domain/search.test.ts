import { expect, test } from 'vitest';
import { prefixesAsked } from './search.ts';

test.each([
  ['Wanjikũ', [['wanjiku']]],
  [
    'HSE 12',
    [
      ['hse', 'hse12'],
      ['hse12', '12'],
    ],
  ],
  ['0712', [['0712', '254712']]],
  ['071', [['071']]],
  ['712345', [['712345', '254712345']]],
  ['71234', [['71234']]],
  ['+254712', [['+254712', '254712']]],
  ['00447911', [['00447911', '447911']]],
  ['(0712)34-5', [['(0712)34-5', '0712345', '254712345']]],
  ['254-712', [['254-712', '254712']]],
  ['0312345', [['0312345']]],
  ['020234', [['020234', '25420234']]],
  ['2540712', [['2540712', '254712']]],
  ['\u202a0712\u202c', [['0712', '254712']]],
  ['ADM/2024', [['adm/2024', 'adm2024']]],
  ['o’brien', [["o'brien", 'obrien']]],
  ['', []],
  [' \u0303 ', []],
])('%s asks for %j', (q, prefixes) => {
  expect(prefixesAsked(q)).toEqual(prefixes);
});

test('a word stands for itself or for the run that it is in, of up to four with a digit', () => {
  expect(prefixesAsked('a 1 c d e')[0]).toEqual(['a', 'a1', 'a1c', 'a1cd']);
  expect(prefixesAsked('a 1 c d e')[2]).toEqual(['a1c', 'a1cd', '1c', '1cd', '1cde', 'c']);
});

test('of a whole page that is pasted the first words count', () => {
  expect(prefixesAsked('a '.repeat(100))).toHaveLength(12);
});
