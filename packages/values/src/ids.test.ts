import { expect, test } from 'vitest';
import { derivedId, Id, newId } from './ids.ts';

test('fresh ids are valid and sort by time', () => {
  const ids = [newId(1_000), newId(2_000), newId(3_000)];
  for (const id of ids) expect(Id.safeParse(id).success).toBe(true);
  expect([...ids].sort()).toEqual(ids);
});

test('derived ids follow from their parts, and from where one part ends', () => {
  expect(derivedId('a', 'b')).toBe(derivedId('a', 'b'));
  expect(derivedId('a', 'b')).not.toBe(derivedId('ab'));
  expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
  expect(Id.safeParse(derivedId('x')).success).toBe(true);
});
