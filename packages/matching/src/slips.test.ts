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
