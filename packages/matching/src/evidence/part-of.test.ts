import { describe, expect, it } from 'vitest';
import { customer, grace, invoice, placed } from '../testing/business.ts';
import type { Fact } from '../types.ts';

const feb = '2026-02-05';
const facts: Fact[] = [
  customer('g', 'Grace Auma Okello', { phones: [grace.number.value], accountNumbers: ['D-88'] }),
  invoice('feb', 'g', 'GBT-983-02', 300_000, { issueDay: feb, dueDay: feb, description: 'Supply' }),
  invoice('aug', 'g', 'GBT-1306-08', 300_000, { description: 'Supply' }),
];
const line = { channel: 'bank', number: { form: 'none', value: '' }, payerNames: [], reference: null } as const;
const byBank = (narrative: string, amountCents: number) => placed(facts, { ...line, narrative, amountCents });

it.each([
  ['for two of which one is named by a part', 'GRACE AUMA OKELLO GBT-983-02 AND 1306', 600_000, 'suggested'],
  ['for one that is named by a part', 'GRACE AUMA OKELLO 1306', 300_000, 'suggested'],
  ['for one, with more than it costs', 'FT26977XG74C GRACE AUMA OKELLO GBT-983-02', 350_000, 'auto'],
  ['for one, beside the house', 'GRACE AUMA OKELLO GBT-983-02 D88', 350_000, 'auto'],
  ['for none that is named', 'GRACE AUMA OKELLO 4609348473', 300_000, 'auto'],
])("a bank's line %s", (_what, narrative, cents, outcome) => {
  expect(byBank(narrative, cents).outcome).toBe(outcome);
});

it.each([
  ['exactly what it costs', 770_000, 'suggested'],
  ['what none of them costs', 760_000, 'auto'],
])("a bank's line with two digits of a further number, and a rest that is %s", (_what, amountCents, outcome) => {
  const supply = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    invoice('feb', 'g', '26.02.0065', 390_000, { issueDay: feb, dueDay: feb, description: 'Supply' }),
    invoice('apr', 'g', '26.04.0172', 280_000, { description: 'Supply' }),
    invoice('jul', 'g', '26.07.0403', 100_000, { description: 'Supply' }),
  ];
  const paid = placed(supply, { ...line, narrative: 'GRACE AUMA OKELLO 65,172,403', amountCents });
  expect(paid).toMatchObject({ outcome, parts: { apr: 2_800, jul: 1_000 } });
});

describe('the end of a number without a gap', () => {
  const supply = (...numbers: string[]) => [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    ...numbers.map((number, at) =>
      invoice(number, 'g', number, 300_000, { issueDay: `2026-0${at + 2}-05`, dueDay: feb }),
    ),
  ];
  const typed = (numbers: string[], reference: string) =>
    placed(supply(...numbers), { ...grace, reference, amountCents: 300_000 }).outcome;

  it.each([
    ['behind the day of the year', '26090128', '26240614', 'inv 614'],
    ['behind what looks like a phone', '254710000904', '254710001224', 'bill 10001224'],
    ['behind a month and two digits of the year', 'JUL261239', 'SEP261396', 'invoice no 1396'],
    ['behind itself', '016016', '692692', 'INVOICE 692'],
  ])('is not spent on another invoice: %s', (_where, old, meant, reference) => {
    expect(typed([old, meant], reference)).toBe('suggested');
    expect(typed([old, meant], 'inv 5551')).toBe('auto');
  });

  it('is of a second invoice where a line tells of more money than the first costs', () => {
    const paid = (narrative: string, amountCents: number) =>
      placed(supply('26090128', '26240614'), { ...line, narrative, amountCents }).outcome;
    expect(paid('GRACE AUMA OKELLO 26090128 AND 614', 600_000)).toBe('suggested');
    expect(paid('GRACE AUMA OKELLO 26090128 AND 616', 600_000)).toBe('auto');
    expect(paid('GRACE AUMA OKELLO 26090128', 300_000)).toBe('auto');
  });
});

it('a full field and more money than a mistyped number costs leave open what else was typed', () => {
  const two = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    invoice('one', 'g', 'GBT-2026-00983', 350_000, { issueDay: feb, dueDay: feb, description: 'Supply' }),
    invoice('two', 'g', 'GBT-2026-01306', 250_000, { description: 'Supply' }),
  ];
  const paid = (reference: string) => placed(two, { ...grace, reference, amountCents: 500_000 });
  expect(paid('GBT-2026-09983,GBT-2')).toMatchObject({ outcome: 'suggested', parts: { one: 3_500 } });
  expect(paid('GBT-2026-09983')).toMatchObject({ outcome: 'auto', parts: { one: 3_500 } });
});
