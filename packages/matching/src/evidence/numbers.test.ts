import { describe, expect, it } from 'vitest';
import { decide } from '../decide.ts';
import { accountKeys, referenceKeys } from '../keys/reference-keys.ts';
import { business, customer, invoice, payment, placed, RENT } from '../testing/business.ts';
import type { Fact } from '../types.ts';

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

describe('a number that counts up within a month', () => {
  const shop: Fact[] = [
    customer('g', 'Grace Auma Okello', { phones: ['254745000111'] }),
    invoice('old', 'g', '202606-1988', 700_000, { dueDay: '2026-06-20' }),
    invoice('new', 'g', '202608-2033', 900_000, { dueDay: '2026-08-20' }),
  ];
  const grace = { number: { form: 'full', value: '254745000111' }, payerNames: ['GRACE', 'AUMA', 'OKELLO'] } as const;
  const paid = (reference: string, amountCents: number) => placed(shop, { ...grace, reference, amountCents });

  it('is found by its counter, though that reads as a year', () => {
    expect(paid('2033', 500_000)).toMatchObject({ outcome: 'auto', parts: { new: 5_000 } });
  });

  it.each(['202606 202607', '202607'])('is not named by months: %s', (reference) => {
    expect(paid(reference, 1_000_000).parts).toEqual({ old: 7_000, new: 3_000 });
  });
});

it('the year in a number is no slip of a serial', () => {
  const facts = [customer('y', 'Yusuf Omar Said'), invoice('iy', 'y', 'INV-2026-02062', 1_500_000)];
  const stranger = { number: { form: 'none', value: '' }, payerNames: [], amountCents: 1_500_000 } as const;
  expect(placed(facts, { ...stranger, reference: 'INV-2062-09941' }).parts).toEqual({ iy: 15_000 });
  expect(placed(facts, { ...stranger, reference: 'INV-2026-09941' }).parts).toEqual({});
});

describe('dates are neither accounts nor serials', () => {
  const pupils: Fact[] = [
    customer('f', 'Faith Nduta Kariuki', { phones: ['254745000333'], accountNumbers: ['2041'] }),
    customer('y', 'Yusuf Omar Said', { accountNumbers: ['2026'] }),
    customer('h', 'Tabitha Moraa Nyaboke', { accountNumbers: ['12'] }),
    customer('k', 'Kevin Barasa Wafula', { accountNumbers: ['1208'] }),
    invoice('if', 'f', 'F-2026-00701', 1_500_000, { description: 'Fees Term 3' }),
    invoice('iy', 'y', 'F-2026-00702', 1_500_000, { description: 'Fees Term 3' }),
    invoice('ih', 'h', 'F-2026-00703', 1_500_000, { description: 'Rent August 2026' }),
    invoice('ik', 'k', 'F-2026-00704', 1_500_000, { description: 'Rent August 2026' }),
  ];
  const stranger = { number: { form: 'none', value: '' }, payerNames: [], amountCents: 1_500_000 } as const;

  it.each([
    'T3 2026',
    'fees term 3 2026',
    'fees 2026',
    'F-2026-00999',
    'rent paid 12 aug',
    '12AUG26 RENT',
    'kodi 12/08/2026',
  ])('of whoever has the same number: %s', (reference) =>
    expect(placed(pupils, { ...stranger, reference }).outcome).not.toBe('auto'),
  );

  it.each([
    ['adm 2026 fees', { iy: 15_000 }],
    ['2026', { iy: 15_000 }],
    ['house 12 aug', { ih: 15_000 }],
    ['HSE NO 12 12/08/2026', { ih: 15_000 }],
    ['acc no 1208', { ik: 15_000 }],
  ])('unless the text calls it a number: %s', (reference, parts) => {
    expect(placed(pupils, { ...stranger, reference })).toMatchObject({ outcome: 'auto', parts });
  });

  it.each(['T3 2026', 'FAITH NDUTA T3 2026', 'F-2026-01111'])('and speak against nobody: %s', (reference) => {
    const faith = { number: { form: 'full', value: '254745000333' }, payerNames: ['FAITH', 'NDUTA'] } as const;
    const paid = placed(pupils, { ...faith, reference, amountCents: 500_000 });
    expect(paid).toMatchObject({ outcome: 'auto', parts: { if: 5_000 } });
  });
});

describe('accounts as people type them', () => {
  it.each([
    ['00456', '456'],
    ['00456', 'meter 0456'],
    ['M-04410234', '4410234'],
    ['M-04410234', 'm4410234'],
    ['B07', 'B7'],
    ['B07', 'bo7'],
    ['A12', 'Al2'],
    ['1210', '001210'],
    ['KCA 123B', 'KCAI23B'],
    ['KCA 123B', 'kca 1238'],
  ])('%s is found by %s', (account, reference) => {
    const facts = [
      customer('z', 'Zawadi Mghoi', { accountNumbers: [account] }),
      invoice('iz', 'z', 'W-2026-00971', 1_730_000),
    ];
    const nobody = { number: { form: 'none', value: '' }, payerNames: [] } as const;
    const state = business(...RENT.filter((fact) => !JSON.stringify(fact).includes('"c1"')), ...facts);
    const { proposal } = decide(state, payment({ ...nobody, reference, amountCents: 1_730_000 }));
    expect(proposal).toMatchObject({ customerId: 'z', allocations: [{ invoiceId: 'iz' }] });
    expect(accountKeys(account).some((key) => referenceKeys(reference).includes(key))).toBe(true);
  });

  it('B7 is not 87, and digits after INV are an invoice', () => {
    const facts = [
      customer('z', 'Zawadi Mghoi', { accountNumbers: ['B07', '1220'] }),
      customer('g', 'Grace Auma Okello', { phones: ['254745000111'] }),
      invoice('ig', 'g', 'R-2026-01220', 1_500_000),
      invoice('iz', 'z', 'W-2026-00971', 1_730_000),
    ];
    const nobody = { number: { form: 'none', value: '' }, payerNames: [] } as const;
    expect(placed(facts, { ...nobody, reference: '87', amountCents: 1_730_000 }).outcome).not.toBe('auto');
    for (const reference of ['inv 1220', 'INV NO 1220'])
      expect(placed(facts, { ...nobody, reference, amountCents: 1_500_000 }).parts).toEqual({ ig: 15_000 });
    expect(placed(facts, { ...nobody, reference: '1220', amountCents: 1_500_000 }).outcome).not.toBe('auto');
  });
});
