import { expect, test } from 'vitest';
import { createLines } from './lines.ts';

function split(chunks: readonly (string | Buffer)[], { longest = 1_000_000, last = 'END' } = {}): string[] {
  const taken: string[] = [];
  const lines = createLines((line) => {
    taken.push(line);
    return line !== last;
  }, longest);
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return taken;
}

test('lines end at line feeds, wherever the pieces are cut', () => {
  const text = 'a\nb é 😀\u2028c\u2029\u0085d\r\n\nlast';
  const whole = ['a', 'b é 😀\u2028c\u2029\u0085d\r', '', 'last'];
  expect(split([text])).toEqual(whole);
  const bytes = Buffer.from(text);
  expect(split([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  expect(split(['a\n'])).toEqual(['a']);
  expect(split([])).toEqual([]);
});

test('nothing is taken after the last line that is wanted', () => {
  expect(split(['a\nEND\nb\n', 'c\n'])).toEqual(['a', 'END']);
});

test('of a line that is too long only the head is kept, and the lines around it are whole', () => {
  const long = 'x'.repeat(700);
  const [before, head, after] = split(['a\n', long, long, long, long, 'yz\nb\n'], { longest: 2_000 });
  expect([before, after]).toEqual(['a', 'b']);
  expect(head?.length).toBeLessThanOrEqual(1_024);
  expect(split([`a\n${long}${long}\nb`], { longest: 1_200 })[1]).toHaveLength(1_024);
});
