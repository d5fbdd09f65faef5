import { describe, expect, it } from 'vitest';
import { decide } from '../decide.ts';
import { inWords } from '../explain/grounds.ts';
import { business, customer, grace, invoice, payment, placed } from '../testing/business.ts';
import type { Fact } from '../types.ts';

/** A landlord who numbers invoices by house and month: each house has a `-0726` and a `-0826`. */
const houses: Fact[] = Array.from({ length: 20 }, (_, n) => {
  const own = n === 0 ? { phones: ['254745000111'] } : {};
  const bill = (month: string, day: string) =>
    invoice(`i${n}-${month}`, `h${n}`, `C${n}-${month}26`, 1_500_000, { description: 'Rent', dueDay: day });
  return [
    customer(`h${n}`, n === 0 ? 'Grace Auma Okello' : `House${'abcdefghijklmnopqrst'[n]} Tenant`, own),
    bill('07', '2026-07-05'),
    bill('08', '2026-08-05'),
  ];
}).flat();
const ofGrace = { ...grace, amountCents: 1_500_000 };

describe('a number that the invoices of many share', () => {
  it.each(['826', '0826', 'inv 826', '#826'])('tells which invoice of the one who pays: %s', (reference) => {
    const paid = placed(houses, { ...ofGrace, reference });
    expect(paid).toMatchObject({ outcome: 'auto', parts: { 'i0-08': 15_000 } });
  });

  it('names another invoice beside one that is named in full', () => {
    const paid = placed(houses, { ...grace, reference: 'C0-0826+726', amountCents: 2_900_000 });
    expect(paid).toMatchObject({ outcome: 'auto', parts: { 'i0-07': 15_000, 'i0-08': 14_000 } });
  });

  it('leaves it to a person where it has a slip and the amount would fit an older one', () => {
    const paid = placed(houses, { ...ofGrace, reference: 'C0-0286' });
    expect(paid).toMatchObject({ outcome: 'suggested', parts: { 'i0-08': 15_000 } });
  });

  it('says of nobody that it is theirs', () => {
    const stranger = { number: { form: 'none', value: '' }, payerNames: [] } as const;
    expect(placed(houses, { ...stranger, reference: '826', amountCents: 1_500_000 }).outcome).not.toBe('auto');
  });

  it('is told as a short form, and not as a month', () => {
    const { proposal } = decide(business(...houses), payment({ ...ofGrace, reference: '826' }));
    const told = proposal?.because.map((one) => inWords(one).en);
    expect(told).toContain('the reference is a short or look-alike form of C0-0826');
  });
});
