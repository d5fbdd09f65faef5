import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';
import type { Fact, PaymentFact } from './types.ts';

/** What a payment closes, with the money in shillings: `{ i1: 12000, credit: 9000 }`. */
function placed(facts: readonly Fact[], over: Partial<PaymentFact>) {
  const { outcome, proposal } = decide(business(...RENT, ...facts), payment(over));
  const parts = (proposal?.allocations ?? []).map((part) => [part.invoiceId, part.amountCents / 100] as const);
  return { outcome, parts: Object.fromEntries(parts), credit: (proposal?.creditCents ?? 0) / 100 };
}

const grace = { number: { form: 'full', value: '254745000111' }, payerNames: ['GRACE', 'AUMA', 'OKELLO'] } as const;

/** One customer who owes for the same period of two years; `dated` by the dates alone. */
const twoYears = (period: string, cents: readonly [number, number], dated = false): Fact[] => [
  customer('g', 'Grace Auma Okello', { phones: ['254745000111'], accountNumbers: ['3001'] }),
  ...[2025, 2026].map((year, at) =>
    invoice(`y${year}`, 'g', `R-${year}-0091${at}`, cents[at] ?? 0, {
      description: dated ? period : `${period} ${year}`,
      issueDay: `${year}-08-01`,
      dueDay: `${year}-08-05`,
    }),
  ),
];

describe('periods', () => {
  it.each([
    ['3001 rent aug 2026', false, { y2026: 20_000 }],
    ['3001 rent 2026 August', true, { y2026: 20_000 }],
    ['AUG2025', false, { y2025: 20_000 }],
    ['rent aug 2024', false, { y2025: 20_000 }],
    ['rent aug', false, { y2025: 20_000 }],
  ])('a year beside the month binds it, unless nothing fits that year: %s', (reference, dated, parts) => {
    const facts = twoYears('Rent August', [2_000_000, 2_000_000], dated);
    expect(placed(facts, { ...grace, reference, amountCents: 2_000_000 })).toMatchObject({ parts, credit: 0 });
  });

  it('a year beside a term binds it', () => {
    const facts = twoYears('Term 3', [600_000, 1_800_000]);
    const paid = placed(facts, { ...grace, reference: '3001 T3 2026', amountCents: 1_800_000 });
    expect(paid).toMatchObject({ parts: { y2026: 18_000 }, credit: 0 });
  });

  const june: Fact[] = [
    customer('j', 'June Wambui', { phones: ['254745000222'], contacts: [{ name: 'May Atieno' }] }),
    ...(['May', 'June', 'August'] as const).map((month, at) =>
      invoice(`j${month}`, 'j', `INV-2026-0092${at}`, month === 'August' ? 2_000_000 : 500_000, {
        description: `Rent ${month} 2026`,
        dueDay: `2026-0${at + 5}-05`,
      }),
    ),
  ];
  const byJune = { number: { form: 'full', value: '254745000222' }, payerNames: ['JUNE', 'WAMBUI'] } as const;

  it.each([
    ['JUNE WAMBUI', byJune],
    ['june wambui', { ...byJune, payerNames: [] }],
    ['MAY', { ...byJune, payerNames: ['MAY', 'ATIENO'] }],
  ])("a month word in the customer's or the payer's own name is no period: %s", (reference, payer) => {
    const paid = placed(june, { ...payer, reference, amountCents: 2_000_000 });
    expect(paid).toMatchObject({ parts: { jAugust: 20_000 }, credit: 0 });
  });

  it('with its year it is one, and another month always', () => {
    const paid = (reference: string) => placed(june, { ...byJune, reference, amountCents: 500_000 }).parts;
    expect(paid('June Wambui june 2026')).toEqual({ jJune: 5_000 });
    expect(paid('June Wambui may')).toEqual({ jMay: 5_000 });
  });
});

describe('several numbers in one reference', () => {
  const mary = { reference: 'A12/B07', amountCents: 2_100_000 };

  it.each(['A12/B07', '123 & 198', 'INV00123/00198', 'A12 00198'])(
    'two customers share the money only by a person: %s',
    (reference) => {
      expect(placed([], { ...mary, reference }).outcome).toBe('suggested');
    },
  );

  it('one customer named twice, and two where nothing is left over, are no doubt', () => {
    expect(placed([], { reference: 'A12/00123' })).toMatchObject({ outcome: 'auto', parts: { i1: 12_000 } });
    expect(placed([], { reference: 'A12/B07' })).toMatchObject({ outcome: 'auto', parts: { i1: 12_000 } });
    expect(placed([], { ...mary, reference: 'A12/00123' })).toMatchObject({ outcome: 'auto', credit: 9_000 });
  });
});

describe('a serial of two years', () => {
  const facts: Fact[] = [
    ...twoYears('Water', [600_000, 1_800_000]).slice(0, 1),
    invoice('old', 'g', 'INV-2025-00901', 600_000, { dueDay: '2025-08-05' }),
    invoice('new', 'g', 'INV-2026-00901', 1_800_000),
  ];

  it.each([
    [18_000, 'auto', { new: 18_000 }],
    [6_000, 'auto', { old: 6_000 }],
    [10_000, 'suggested', { old: 6_000, new: 4_000 }],
    [24_000, 'suggested', { old: 6_000, new: 18_000 }],
  ])('%d shillings pay the one that they equal, else a person decides', (shillings, outcome, parts) => {
    const paid = placed(facts, { ...grace, reference: 'inv 901', amountCents: shillings * 100 });
    expect(paid).toMatchObject({ outcome, parts });
  });

  it('in full it names one', () => {
    const paid = placed(facts, { ...grace, reference: 'INV-2026-00901', amountCents: 1_000_000 });
    expect(paid).toMatchObject({ outcome: 'auto', parts: { new: 10_000 } });
  });
});

describe('digits that are more likely something else than a serial', () => {
  const pupils: Fact[] = [
    customer('g', 'Grace Auma Okello', { phones: ['254745000111'], accountNumbers: ['1210', 'G-88'] }),
    customer('h', 'Hassan Noor Ali', { phones: ['254745000222'], accountNumbers: ['1377'] }),
    invoice('ig', 'g', 'R-2026-00077', 1_500_000, { description: 'Fees Term 3' }),
    invoice('ih', 'h', 'R-2026-01210', 1_850_000, { description: 'Fees Term 3' }),
    invoice('it', 'h', 'R-2026-02026', 640_000, { description: 'Trip' }),
  ];

  /** A friend's phone, in whose name nobody is known. */
  const friend = { number: { form: 'full', value: '254799000333' }, payerNames: ['ZED'] } as const;

  it.each([
    ['a number of an account, though another customer’s invoice ends in it', '1210'],
    ['a year beside a month', 'G-88 rent august 2026'],
    ['a year beside a term', 'G-88 2026 T3'],
  ])('%s', (_what, reference) => {
    const paid = placed(pupils, { ...friend, reference, amountCents: 1_500_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { ig: 15_000 }, credit: 0 });
  });

  it('still name the invoice beside a clear number of the same customer’s', () => {
    const both = { reference: 'R-2026-02026, 1210', amountCents: 2_490_000 };
    expect(placed(pupils, { ...friend, ...both }).parts).toEqual({ ih: 18_500, it: 6_400 });
  });

  it('still name the invoice where its amount says so', () => {
    const hassan = { number: { form: 'full', value: '254745000222' }, payerNames: ['HASSAN', 'NOOR', 'ALI'] } as const;
    const paid = placed(pupils, { ...hassan, reference: '1210', amountCents: 1_850_000 });
    expect(paid.parts).toEqual({ ih: 18_500 });
  });

  it('go to nobody by themselves where account and invoice are as likely', () => {
    const stranger = { number: { form: 'none', value: '' }, payerNames: [] } as const;
    const paid = placed(pupils, { ...stranger, reference: '1210', amountCents: 1_850_000 });
    expect(paid.outcome).not.toBe('auto');
  });
});
