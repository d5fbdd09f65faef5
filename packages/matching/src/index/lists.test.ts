import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BalanceIndex } from './balance-index.ts';
import { eachInBoth, Postings } from './postings.ts';

const slot = fc.nat({ max: 60 });
const change = fc.record({ add: fc.boolean(), key: fc.nat({ max: 2 }), slot });

test('a postings list is the ascending set of its slots after any changes', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const postings = new Postings<number>();
      const model = new Map<number, Set<number>>();
      for (const one of changes) {
        const held = model.get(one.key) ?? new Set();
        model.set(one.key, held);
        if (one.add) {
          postings.add(one.key, one.slot);
          held.add(one.slot);
        } else {
          postings.remove(one.key, one.slot);
          held.delete(one.slot);
        }
      }
      for (const [key, held] of model) {
        const found: number[] = [];
        postings.each(key, (each) => found.push(each));
        expect(found).toEqual([...held].sort((a, b) => a - b));
      }
    }),
  );
});

test('what two lists share is found in either order, up to the limit', () => {
  const list = fc.uniqueArray(slot).map((slots) => slots.sort((a, b) => a - b));
  fc.assert(
    fc.property(list, list, fc.nat({ max: 8 }), (a, b, most) => {
      const shared = a.filter((each) => b.includes(each)).slice(0, most);
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const found: number[] = [];
        expect(eachInBoth(one, other, most, (each) => found.push(each))).toBe(shared.length);
        expect(found).toEqual(shared);
      }
    }),
  );
});

test('a balance that thousands owe is cut in pieces, and none is lost', () => {
  const index = new BalanceIndex();
  const slots = Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 3_000);
  for (const each of slots) index.add(100, each);
  index.add(100, 5);
  for (const each of slots) if (each % 3 === 0) index.remove(100, each);
  expect(index.count(100)).toBe(2_001);
  const found: number[] = [];
  index.among(100, [3, 4, 5, 6, 2_998, 2_999], 9, (each) => found.push(each));
  expect(found).toEqual([4, 5, 2_998, 2_999]);
  for (const each of slots) if (each % 3 !== 0) index.remove(100, each);
  index.remove(100, 5);
  expect(index.count(100)).toBe(0);
});
