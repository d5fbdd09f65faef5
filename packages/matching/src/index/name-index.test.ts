import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameIndex } from './name-index.ts';

const WORDS = ['wanjiru', 'otieno', 'mwangi', 'achieng', 'kamau', 'njeri'];
const name = fc.subarray(WORDS, { minLength: 1 });
const change = fc.record({ slot: fc.nat({ max: 70 }), names: fc.array(name, { maxLength: 3 }) });

test('who carries a word, or two in one name, is told of each customer as it is called now', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const index = new NameIndex();
      const called = new Map<number, string[][]>();
      const idsOf = (names: readonly string[][]) => names.map((one) => one.map((word) => index.idOf(word)));
      for (const { slot, names } of changes) {
        index.remove(slot, idsOf(called.get(slot) ?? []));
        index.add(slot, idsOf(names));
        called.set(slot, names);
      }
      for (const a of WORDS) {
        for (let slot = 0; slot <= 70; slot++) {
          const names = called.get(slot) ?? [];
          expect(index.carrying(index.idOf(a))?.has(slot) ?? false).toBe(names.flat().includes(a));
          for (const b of WORDS) {
            if (a === b) continue;
            const both = names.some((one) => one.includes(a) && one.includes(b));
            expect(index.carryingPair(index.idOf(a), index.idOf(b))?.has(slot) ?? false).toBe(both);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});
