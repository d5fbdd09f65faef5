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

describe('digits that only one open invoice of the customer has', () => {
  const shop = (...numbers: string[]) => [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    ...numbers.map((number, at) =>
      invoice(number, 'g', number, 300_000, { issueDay: feb, dueDay: `2026-0${at + 2}-05`, description: 'Supply' }),
    ),
  ];

  it.each([
    ['the end of its number', ['26090128', '26240614'], 'inv 614', 300_000, ['26240614']],
    ['what it costs a part of', ['26090128', '26240614'], 'inv 614', 200_000, ['26240614']],
    ['its place among the months', ['106-02', '106-03', '106-04'], 'invoice no 3', 300_000, ['106-03']],
    [
      'behind one that is named',
      ['26090128', '26240614', '26250700'],
      '26090128 & 700',
      600_000,
      ['26090128', '26250700'],
    ],
    ['a single digit behind one', ['189-01', '189-02', '189-03'], '189-01 & 3', 600_000, ['189-01', '189-03']],
    ['two of them', ['050/26/02', '050/26/03', '050/26/04'], '2 and 4', 600_000, ['050/26/02', '050/26/04']],
  ])('say which is proposed, and a person is asked: %s', (_what, numbers, reference, amountCents, meant) => {
    const { outcome, parts } = placed(shop(...numbers), { ...grace, reference, amountCents });
    expect([outcome, Object.keys(parts)]).toEqual(['suggested', meant]);
  });

  it.each([
    ['count weeks', ['106-01', '106-02'], 'week 2', 300_000, ['106-01']],
    ['are those of two', ['26090614', '26240614'], 'inv 614', 300_000, ['26090614']],
    ['do not explain the rest', ['26090128', '26240614', '26250700'], '26090128 & 700', 900_000, ['26090128']],
  ])('say nothing where they %s', (_what, numbers, reference, amountCents, oldest) => {
    const { parts } = placed(shop(...numbers), { ...grace, reference, amountCents });
    expect(Object.keys(parts)).toEqual(oldest);
  });
});

it.each([
  ['letters', 'GRACE AUMA OKELLO 22/1/26/01AND2AND3', 900_000, 'suggested'],
  ['a sign', 'GRACE AUMA OKELLO 22/1/26/01 & 3', 600_000, 'suggested'],
  ['nothing', 'GRACE AUMA OKELLO 22/1/26/01 BR 3', 600_000, 'auto'],
])("single digits that %s joins to a number in a bank's line", (_what, narrative, amountCents, outcome) => {
  const plots = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    ...[1, 3].map((n) => invoice(`i0${n}`, 'g', `22/1/26/0${n}`, 300_000, { description: 'Instalment', dueDay: feb })),
  ];
  expect(placed(plots, { ...line, narrative, amountCents }).outcome).toBe(outcome);
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
