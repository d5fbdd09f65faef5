import { expect, test } from 'vitest';
import { KraPin, line, visible } from './text.ts';

test.each([
  ...['', '   ', 'a\u0000b', 'x\u202Ey', 'zero\u200bwidth', '\ud800', 'a'.repeat(201)],
  // marks of direction, soft hyphens, line separators, fillers, tags: nothing shows, and two texts look the same
  ...['x\u061cy', 'INV\u00ad42', 'one\u2028two', 'one\u2029two', '\u3164', 'a\u034fb', 'a\ufffbb', 'a\u{e0041}b'],
])('%j is refused', (text) => {
  expect(line().safeParse(text).success).toBe(false);
});

test('ordinary text of any script passes, trimmed', () => {
  for (const text of ['Wanjikũ & Sons – نور', 'I ❤\ufe0f Duka 🛒', 'மலர்'])
    expect(line().parse(`  ${text} `)).toBe(text);
});

test('text from outside is made visible', () => {
  expect(visible('INV\r\n42\u202e', 6)).toBe('INV  4');
});

test('KRA PINs', () => {
  expect(KraPin.safeParse('P051234567X').success).toBe(true);
  expect(KraPin.parse(' p051234567x ')).toBe('P051234567X');
  expect(KraPin.safeParse('P05123456X').success).toBe(false);
});
