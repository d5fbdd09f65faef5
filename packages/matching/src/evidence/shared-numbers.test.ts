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

describe('a number of one or two digits', () => {
  const members: Fact[] = [
    customer('g', 'Grace Auma Okello', { phones: ['254745000111'] }),
    customer('n', 'Noor Ali', {}),
    invoice('i22', 'g', '#22', 200_000, { description: 'Contribution', dueDay: '2026-07-05' }),
    invoice('i21', 'g', '#21', 200_000, { description: 'Contribution', dueDay: '2026-06-05' }),
    invoice('i28', 'n', '#28', 200_000, { description: 'Contribution' }),
  ];
  const stranger = {
    number: { form: 'full', value: '254799000333' },
    payerNames: ['ZED'],
    amountCents: 200_000,
  } as const;

  it.each(['bet 22', 'table 22', '22 unga', 'no 22'])('among words does not say whose: %s', (reference) => {
    expect(placed(members, { ...stranger, reference }).outcome).not.toBe('auto');
    expect(placed(members, { ...grace, reference, amountCents: 200_000 })).toMatchObject({
      outcome: 'auto',
      parts: { i22: 2_000 },
    });
  });

  it.each(['#22', 'inv 22', 'INV NO 22'])('names the invoice where it is typed as one: %s', (reference) => {
    expect(placed(members, { ...stranger, reference })).toMatchObject({ outcome: 'auto', parts: { i22: 2_000 } });
  });

  it('leaves it to a person where one of two is somebody else’s', () => {
    const both = { ...grace, reference: '#22 na 28', amountCents: 400_000 };
    expect(placed(members, both)).toMatchObject({ outcome: 'suggested', parts: { i22: 2_000 } });
  });
});

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
