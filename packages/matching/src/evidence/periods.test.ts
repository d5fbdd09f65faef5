import { describe, expect, it } from 'vitest';
import { customer, grace, invoice, placed } from '../testing/business.ts';
import { periodsIn, periodWordsIn } from '../text/periods.ts';
import type { Fact } from '../types.ts';

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

describe('a month of two years', () => {
  const rent = (january: number): Fact[] => [
    customer('g', 'Grace Auma Okello', { phones: ['254745000111'], accountNumbers: ['3001'] }),
    ...[2025, 2026, 2027].flatMap((year) => [
      invoice(`jan${year}`, 'g', `R-${year}-00911`, year === 2027 ? january : 2_000_000, {
        description: `Rent January ${year}`,
        dueDay: `${year}-01-05`,
      }),
      invoice(`dec${year}`, 'g', `R-${year}-00922`, 2_000_000, {
        description: 'Rent December',
        dueDay: `${year}-12-05`,
      }),
    ]),
  ];
  const facts = rent(2_000_000).filter(
    (fact) => !('invoice' in fact) || !/jan2025|dec2027/.test(fact.invoice.invoiceId),
  );
  const inEat = (time: string) => Date.parse(`${time}+03:00`);

  it.each([
    ['Jan', '2026-12-28T12:00', ['jan2027']],
    ['Jan', '2026-02-01T12:00', ['jan2026']],
    ['3001 mwezi wa kwanza', '2026-12-28T12:00', ['jan2027']],
    ['DEC', '2027-01-03T12:00', ['dec2026']],
    ['rent dec 25', '2027-01-03T12:00', ['dec2025']],
    ['dec to jan', '2026-12-28T12:00', ['dec2026', 'jan2027']],
  ])('is that nearest to the payment, for a person to confirm: %s on %s', (reference, time, named) => {
    const amountCents = named.length * 2_000_000;
    const paid = placed(facts, { ...grace, reference, amountCents, paidAt: inEat(time) });
    const parts = Object.fromEntries(named.map((id) => [id, 20_000]));
    expect(paid).toEqual({ outcome: 'suggested', parts, credit: 0 });
  });

  it.each([
    ['jan27', 'jan2027'],
    ["Jan '27", 'jan2027'],
    ['dec 26', 'dec2026'],
    ['December 2025', 'dec2025'],
    ['january 2026', 'jan2026'],
    ['01/27', 'jan2027'],
    ['rent 1/27', 'jan2027'],
    ['12/25 rent', 'dec2025'],
    ['dec last year', 'dec2025'],
    ['mwaka jana dec', 'dec2025'],
    ['jan next year', 'jan2027'],
    ['kodi ya jan mwaka ujao', 'jan2027'],
    ['jan this year', 'jan2026'],
  ])('is told by its year: %s', (reference, named) => {
    const paid = { ...grace, reference, amountCents: 2_000_000, paidAt: inEat('2026-12-28T12:00') };
    expect(placed(facts, paid)).toEqual({ outcome: 'auto', parts: { [named]: 20_000 }, credit: 0 });
  });

  it('is told by what it costs', () => {
    const paid = { ...grace, reference: 'rent jan', amountCents: 2_200_000, paidAt: inEat('2026-06-28T12:00') };
    expect(placed(rent(2_200_000), paid)).toEqual({ outcome: 'auto', parts: { jan2027: 22_000 }, credit: 0 });
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

describe('months', () => {
  const months = ['April', 'May', 'June', 'July', 'August'];
  const rent: Fact[] = [
    customer('c', 'Caro Chebet Langat', { phones: ['254745000555'], accountNumbers: ['C09'] }),
    ...months.map((month, at) =>
      invoice(`m${at + 4}`, 'c', `M-2026-0080${at}`, 1_500_000, {
        description: `Rent ${month} 2026`,
        dueDay: `2026-0${at + 4}-05`,
      }),
    ),
  ];
  const caro = { number: { form: 'full', value: '254745000555' }, payerNames: ['CARO', 'CHEBET'] } as const;
  const paid = (reference: string, shillings: number) =>
    placed(rent, { ...caro, reference, amountCents: shillings * 100 });

  it.each([
    ['rent june to aug', 45_000, [6, 7, 8]],
    ['C09 JUN-AUG', 45_000, [6, 7, 8]],
    ['kodi aprili hadi agosti 2026', 75_000, [4, 5, 6, 7, 8]],
    ['june aug', 30_000, [6, 8]],
    ['JuneJuly', 30_000, [6, 7]],
    ['C09 junjulaug', 45_000, [6, 7, 8]],
    ['C09 08/2026', 15_000, [8]],
    ['kodi mwezi wa nane', 15_000, [8]],
    ['mwezi wa 8', 15_000, [8]],
    ['month 7', 15_000, [7]],
    ['rent augst', 15_000, [8]],
    ['Kodi ya agost', 15_000, [8]],
    ['Jully rent', 15_000, [7]],
    ['kodi ya mwez wa saba', 15_000, [7]],
    ['kodi hse C09 ya augu', 15_000, [8]],
  ])('%s', (reference, shillings, named) => {
    const parts = Object.fromEntries(named.map((month) => [`m${month}`, 15_000]));
    expect(paid(reference, shillings)).toEqual({ outcome: 'auto', parts, credit: 0 });
  });

  const inEat = (time: string) => Date.parse(`${time}+03:00`);

  it.each([
    ['rent for this month', '2026-06-30T23:59', 6],
    ['rent for this month', '2026-07-01T00:00', 7],
    ['kodi mwezi huu', '2026-08-05T09:00', 8],
    ['last month rent', '2026-08-05T09:00', 7],
    ['kodi ya mwezi uliopita', '2026-06-01T09:00', 5],
    ['next month', '2026-06-28T09:00', 7],
    ['rent for last months', '2026-08-05T09:00', 7],
    ['current month rent', '2026-07-05T09:00', 7],
    ['kodi ya huu mwezi', '2026-07-05T09:00', 7],
    ['mwezi ulioisha', '2026-08-05T09:00', 7],
    ['mwezi unaokuja', '2026-06-28T09:00', 7],
    ['mwezi ujayo', '2026-06-28T09:00', 7],
  ])('are meant from the day of payment: %s on %s', (reference, time, month) => {
    const paid = { ...caro, reference, amountCents: 1_500_000, paidAt: inEat(time) };
    expect(placed(rent, paid)).toEqual({ outcome: 'auto', parts: { [`m${month}`]: 15_000 }, credit: 0 });
  });

  it.each(['rent sept', 'kodi mwezi wa kwanza', '09/26', '3/2026', 'aug 2025', 'aug last year'])(
    'that are not open are asked about: %s',
    (reference) => {
      expect(paid(reference, 15_000).outcome).toBe('suggested');
    },
  );

  it('of which one is open and costs what was paid are no doubt', () => {
    expect(paid('rent mar & april', 15_000)).toEqual({ outcome: 'auto', parts: { m4: 15_000 }, credit: 0 });
  });

  it('are named beside invoices that tell none, and say nothing of these', () => {
    const water: Fact[] = [...rent.slice(0, 1), invoice('w', 'c', 'W-2026-00411', 700_000, { description: 'Water' })];
    const one = placed(water, { ...caro, reference: 'water sept', amountCents: 700_000 });
    expect(one).toEqual({ outcome: 'auto', parts: { w: 7_000 }, credit: 0 });
  });

  it.each(['PLOT 07/26', '07/26', 'plot 07/26 rent'])('are no houses: %s', (reference) => {
    const house: Fact[] = [
      customer('c', 'Caro Chebet Langat', { phones: ['254745000555'], accountNumbers: ['PLOT 07/26'] }),
      ...rent.slice(1),
    ];
    const one = placed(house, { ...caro, reference, amountCents: 1_500_000 });
    expect(one).toEqual({ outcome: 'auto', parts: { m4: 15_000 }, credit: 0 });
  });

  it.each(['5/8/26', 'B12/26', '3/08/26', '12/26/4', '13/26', '08/35'])('are no months: %s', (text) => {
    expect(periodWordsIn(text, inEat('2026-08-05T09:00'))).toEqual([]);
  });

  it('meant from the day of payment turn the year', () => {
    expect(periodWordsIn('last month', inEat('2027-01-02T09:00'))).toEqual([{ period: 2026012, word: '' }]);
    expect(periodWordsIn('mwezi ujao', inEat('2026-12-31T09:00'))).toEqual([{ period: 2027001, word: '' }]);
  });

  it('that cost less than what was paid, while others are open, are a guess', () => {
    expect(paid('june', 45_000).outcome).toBe('suggested');
  });

  it('of two years and terms have what lies between them', () => {
    const said = (text: string) => periodsIn(text).map((period) => period % 1_000);
    expect(periodsIn('NOV 2025 - FEB 2026')).toEqual([2025011, 2025012, 2026001, 2026002]);
    expect(said('T1-T3')).toEqual([101, 102, 103]);
    expect(said('mwezi wa kumi na mbili')).toEqual([12]);
    expect(said('paid 5/8/2026')).toEqual([]);
    expect(said('AUG-2026 rent')).toEqual([8]);
  });

  it.each([
    ['janury', 1],
    ['febuary', 2],
    ['aprili', 4],
    ['augest', 8],
    ['sepember', 9],
    ['octomber', 10],
    ['novem', 11],
    ['disemba', 12],
  ])('are read with a slip or cut off: %s', (typed, month) => {
    expect(periodsIn(`rent ${typed}`)).toEqual([month]);
  });

  it.each(['Augusta', 'Augusto', 'Julia', 'Macha', 'Marco', 'Marjan', 'Jane', 'Novena', 'Octavia'])(
    'are no names: %s',
    (name) => {
      expect(periodsIn(`for ${name}`)).toEqual([]);
    },
  );
});
