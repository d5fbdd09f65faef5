import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BalanceIndex } from './balance-index.ts';
import { Marks, markOf } from './marks.ts';
import { eachInBoth, type Named } from './name-rows.ts';
import { Postings } from './postings.ts';

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
        expect(eachInBoth(named(one), named(other), most, (each) => found.push(each))).toBe(shared.length);
        expect(found).toEqual(shared);
      }
    }),
  );
});

const sorted = (slots: number[]): number[] => slots.sort((a, b) => a - b);

const MARK = markOf(7);

const named = (slots: readonly number[]): Named => ({ slots, mark: MARK, has: (each) => slots.includes(each) });

/** What names show: those on the list show its mark, and so does every fourth slot that is not on it. */
function showing(slots: readonly number[]): Marks {
  const marks = new Marks();
  for (let each = 0; each <= 60; each += 4) marks.set(each, -1);
  for (const each of slots) marks.set(each, MARK);
  return marks;
}

test('who owes an amount is found among others, whatever else they owe, owed or are filed under', () => {
  const owing = fc.record({ pay: fc.boolean(), slot, cents: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(owing, { maxLength: 200 }), fc.uniqueArray(slot), (steps, asked) => {
      const list = asked.sort((a, b) => a - b);
      const index = new BalanceIndex(showing(list));
      const owes = new Map<number, number[]>();
      for (const step of steps) {
        const own = owes.get(step.slot) ?? [];
        if (step.pay && own.includes(step.cents)) {
          const left = own.toSpliced(own.indexOf(step.cents), 1);
          owes.set(step.slot, left);
          index.remove(step.cents, step.slot, left);
        } else if (!step.pay) {
          owes.set(step.slot, [...own, step.cents]);
          index.add(step.cents, step.slot);
        }
      }
      for (let cents = 1; cents <= 40; cents++) {
        const found: number[] = [];
        index.among(cents, named(list), list.length, (each) => found.push(each));
        expect(found).toEqual(list.filter((each) => owes.get(each)?.includes(cents)));
        const owing = Array.from({ length: 61 }, (_, each) => each).filter((each) => index.owes(each, cents));
        expect(owing).toEqual(sorted([...owes].filter(([, all]) => all.includes(cents)).map(([each]) => each)));
        expect(index.count(cents)).toBe([...owes.values()].flat().filter((each) => each === cents).length);
      }
    }),
  );
});

test('a balance that thousands owe is cut in pieces, and none is lost', () => {
  const index = new BalanceIndex(new Marks());
  const slots = Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 3_000);
  for (const each of slots) index.add(100, each);
  index.add(100, 5);
  for (const each of slots) if (each % 3 === 0) index.remove(100, each, []);
  expect(index.count(100)).toBe(2_001);
  const found: number[] = [];
  index.among(100, named([3, 4, 5, 6, 2_998, 2_999]), 9, (each) => found.push(each));
  expect(found).toEqual([4, 5, 2_998, 2_999]);
  for (const each of slots) if (each % 3 !== 0) index.remove(100, each, each === 5 ? [100] : []);
  index.remove(100, 5, []);
  expect(index.count(100)).toBe(0);
});

test('a customer is found under the names it has now', () => {
  const names = new Marks();
  const index = new BalanceIndex(names);
  for (const each of [1, 2, 3]) index.add(100, each);
  names.set(2, MARK);
  index.renew(100, 2);
  const found: number[] = [];
  index.among(100, named([0, 2, 7, 8]), 9, (each) => found.push(each));
  expect(found).toEqual([2]);
});
