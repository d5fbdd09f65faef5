import { describe, expect, it } from 'vitest';
import { customer, grace, invoice, placed } from './testing/business.ts';
import type { Fact } from './types.ts';

const fees = (id: string, customerId: string, number: string, cents: number, dueDay: string): Fact =>
  invoice(id, customerId, number, cents, { description: 'Fees', dueDay });

describe('a number with two slips', () => {
  const terms = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    fees('t2', 'g', '1377/T2/26', 1_850_000, '2026-05-05'),
    fees('t3', 'g', '1402/T3/26', 1_850_000, '2026-09-05'),
  ];

  it.each([
    ['near to another', '1403/T2/26', 'suggested'],
    ['nearest to that invoice', '1399/T2/26', 'auto'],
    ['far from all', '4119/T2/26', 'auto'],
  ])('is spent on no other invoice than the nearest: %s', (_what, reference, outcome) => {
    const paid = placed(terms, { ...grace, reference, amountCents: 1_850_000 });
    expect(paid).toEqual({ outcome, parts: { t2: 18_500 }, credit: 0 });
  });
});

describe("a number with a slip, of one child's invoice", () => {
  const mother = { number: { form: 'full', value: '254745000444' }, payerNames: ['JANE', 'MWAI'] } as const;
  const children = (anns: string, brians: string): Fact[] => [
    customer('ann', 'Ann Mwai', {
      phones: ['254745000444'],
      contacts: [{ name: 'Jane Mwai' }],
      accountNumbers: ['1210'],
    }),
    customer('brian', 'Brian Mwai', { contacts: [{ name: 'Jane Mwai' }] }),
    fees('ia', 'ann', anns, 1_850_000, '2026-09-05'),
    fees('ib', 'brian', brians, 1_500_000, '2026-09-05'),
    customer('n', 'Noor Ali'),
    fees('in', 'n', '462/T3/26', 1_500_000, '2026-09-05'),
  ];

  it.each([
    ['395/T3/26', 'suggested'],
    ['378/T3/26', 'auto'],
    ['fees T3', 'auto'],
    ['1210', 'auto'],
    ['463/T3/26', 'auto'],
  ])('is not spent on the other, who stands beside the phone: %s', (reference, outcome) => {
    const paid = placed(children('377/T3/26', '394/T3/26'), {
      ...mother,
      reference,
      amountCents: 1_850_000,
    });
    expect(paid).toEqual({ outcome, parts: { ia: 18_500 }, credit: 0 });
  });

  it.each(['R-2026-00395', '395', 'inv 395'])('whether its digits are all of the number or a part: %s', (reference) => {
    const paid = placed(children('R-2026-01377', 'R-2026-00394'), { ...mother, reference, amountCents: 1_850_000 });
    expect(paid).toEqual({ outcome: 'suggested', parts: { ia: 18_500 }, credit: 0 });
  });
});

describe('a number that is exactly one invoice’s and a slip of another’s', () => {
  const shop = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    fees('old', 'g', 'INV-2026-00105', 500_000, '2026-07-05'),
    fees('new', 'g', 'INV-2026-00106', 820_000, '2026-08-05'),
    fees('far', 'g', 'INV-2026-00241', 910_000, '2026-09-05'),
  ];

  it.each([
    ['exactly as much as the other costs is paid', 820_000, 'suggested', { old: 5_000 }, 3_200],
    ['exactly as much as it costs is paid', 500_000, 'auto', { old: 5_000 }, 0],
    ['a part is paid', 310_000, 'auto', { old: 3_100 }, 0],
    ['as much as one costs with another number', 910_000, 'auto', { old: 5_000 }, 4_100],
  ])('is in doubt only where the amount is the other’s: %s', (_what, amountCents, outcome, parts, credit) => {
    const paid = placed(shop, { ...grace, reference: 'INV-2026-00105', amountCents });
    expect(paid).toEqual({ outcome, parts, credit });
  });
});

describe('a slip', () => {
  it.each([
    ['T6235T07', 'late'],
    ['4SMSS9', 'short'],
    ['4SXSS9', 'early'],
  ])(
    'of letters and digits, from one invoice of several that cost the same, is proposed: %s',
    (reference, invoiceId) => {
      const facts: Fact[] = [
        customer('g', 'Grace Auma Okello', { phones: ['254745000111'] }),
        ...(['early K1090L03 1', 'short 4SMS9 6', 'late T1235T07 7'] as const).map((told) => {
          const [id = '', number = '', month = ''] = told.split(' ');
          return invoice(id, 'g', number, 550_000, { dueDay: `2026-0${month}-05`, description: 'Deposit' });
        }),
      ];
      const paid = placed(facts, { ...grace, reference, amountCents: 550_000 });
      expect(paid).toEqual({ outcome: 'suggested', parts: { [invoiceId]: 5_500 }, credit: 0 });
    },
  );
});
