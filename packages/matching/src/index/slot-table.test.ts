import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ById } from './by-id.ts';
import { ABSENT, SlotTable, textKey } from './slot-table.ts';

const key = fc.oneof(
  fc.nat({ max: 40 }),
  fc.maxSafeNat(),
  fc.nat({ max: 20 }).map((n) => n * 2 ** 32),
);
const step = fc.record({ key, value: fc.option(fc.nat({ max: 2 ** 33 })) });

test('a table holds what a map would, whatever was put in and taken out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new SlotTable();
      const model = new Map<number, number>();
      for (const one of steps) {
        if (one.value === null) {
          table.delete(one.key);
          model.delete(one.key);
        } else {
          table.set(one.key, one.value);
          model.set(one.key, one.value);
        }
        expect(table.size).toBe(model.size);
      }
      for (const { key } of steps) expect(table.get(key)).toBe(model.get(key) ?? ABSENT);
    }),
  );
});

test('texts that differ by a letter, its place or its case have keys of their own', () => {
  const texts = new Set(['', 'INV-1', 'INV-01', 'inv-1', 'NIV-1', '254712345678', '254712345687']);
  for (let n = 0; n < 100_000; n++) texts.add(`INV-${n}`).add(`01a203c8-a999-750c-8088-${n}`);
  const keys = new Set([...texts].map(textKey));
  expect(keys.size).toBe(texts.size);
  expect([...keys].every((one) => Number.isSafeInteger(one) && one >= 0)).toBe(true);
});

test('records whose ids meet under one key are told apart', () => {
  const records = ['a', 'b', 'cc'].map((id, slot) => ({ id, slot }));
  const byId = new ById(
    records,
    ({ id }) => id,
    (id) => id.length,
  );
  for (const record of records) byId.set(record.id, record);
  expect(records.map(({ id }) => byId.get(id)?.slot)).toEqual([0, 1, 2]);
  expect(byId.get('x')).toBeUndefined();
});
