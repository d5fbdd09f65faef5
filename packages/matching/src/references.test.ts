import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { inWords } from './explain/grounds.ts';
import { business, customer, grace, invoice, payment, placed, RENT } from './testing/business.ts';
import type { Fact } from './types.ts';

describe('numbers that were hard to read', () => {
  const number = (id: string, number: string, cents: number, dueDay: string): Fact =>
    invoice(id, 'g', number, cents, { description: 'Goods', dueDay });
  const shop: Fact[] = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
    number('old', 'CS-1163-26', 300_000, '2026-05-05'),
    number('mid', '1176/2026', 300_000, '2026-06-05'),
    number('new', 'CS-1603-26', 300_000, '2026-07-05'),
  ];

  it('a serial before the last two digits of a year is found by itself', () => {
    const paid = placed(shop, { ...grace, reference: '#1603', amountCents: 300_100 });
    expect(paid).toEqual({ outcome: 'auto', parts: { new: 3_000 }, credit: 1 });
  });

  it.each([
    ['before its month and year', '20593/04/26', '20694/05/26', '20694'],
    ['before its month and whole year', '593/04/2026', '694/05/2026', 'inv 694'],
    ['before a check digit', 'KS-00390-3', 'KS-01545-6', 'inv 1545'],
    ['behind a year without a gap', '20264115', '20264214', 'INVOICE NO 4214'],
    ['behind its year, though it reads as one', 'INV-2026-1988', 'INV-2026-2033', '2033'],
    ['before its year, though it reads as one', '1988/2026', '2033/2026', 'inv 2033'],
    ['behind its month, though it reads as a year', 'MWS-2608-1988', 'MWS-2609-2033', '2033'],
  ])('a serial %s is found by itself', (_where, earlier, later, reference) => {
    const facts = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      number('earlier', earlier, 300_000, '2026-05-05'),
      number('later', later, 300_000, '2026-06-05'),
    ];
    const paid = placed(facts, { ...grace, reference, amountCents: 300_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { later: 3_000 }, credit: 0 });
  });

  it.each([
    ['months counted anew', 'MWS-26-03-128', 'MWS-26-04-128', 'MWS-26-03-128'],
    ['a year beside a month', '2026-05-26', '2026-06-26', '2026-05-26'],
  ])('a number of %s is still found in full', (_what, earlier, later, reference) => {
    const facts = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      number('earlier', earlier, 300_000, '2026-05-05'),
      number('later', later, 300_000, '2026-06-05'),
    ];
    expect(placed(facts, { ...grace, reference, amountCents: 300_000 })).toMatchObject({ parts: { earlier: 3_000 } });
  });

  it('a number of an old format is the short form of a newer one, and whose it is the payer tells', () => {
    const facts = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      customer('n', 'Noor Ali Hassan', { phones: ['254745000777'] }),
      number('hers', 'INV-2026-01094', 300_000, '2026-06-05'),
      number('earlier', 'INV-2026-00973', 300_000, '2026-05-05'),
      invoice('his', 'n', 'INV1094', 790_000, { description: 'Goods', dueDay: '2026-06-05' }),
    ];
    const paid = (over: object) => placed(facts, { ...over, reference: 'inv 1094' });
    expect(paid({ ...grace, amountCents: 300_000 })).toEqual({ outcome: 'auto', parts: { hers: 3_000 }, credit: 0 });
    const noor = {
      number: { form: 'full', value: '254745000777' },
      payerNames: ['NOOR'],
      amountCents: 790_000,
    } as const;
    expect(paid(noor)).toEqual({ outcome: 'auto', parts: { his: 7_900 }, credit: 0 });
  });

  it('two numbers with letters before them are both found where "and" stands between them without a gap', () => {
    const facts = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      number('n', 'N1070K04', 300_000, '2026-05-05'),
      number('m', 'M1170K05', 250_000, '2026-06-05'),
      number('z', 'Z1264U07', 200_000, '2026-07-05'),
    ];
    const paid = placed(facts, { ...grace, reference: 'N1070K04andZ1264U07', amountCents: 500_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { n: 3_000, z: 2_000 }, credit: 0 });
  });

  it('nine digits of a number and its year are no phone number', () => {
    const paid = placed(shop, { ...grace, reference: '11766/2026', amountCents: 300_000 });
    expect(paid).toMatchObject({ outcome: 'suggested', parts: { mid: 3_000 } });
  });

  const rent: Fact[] = [
    customer('g', 'Grace Auma Okello', { phones: [grace.number.value], accountNumbers: ['F4-03'] }),
    number('jul', '07/26/F4-03', 1_500_000, '2026-07-05'),
    number('aug', '08/26/F4-03', 1_500_000, '2026-08-05'),
    customer('n', 'Noor Ali', {}),
    invoice('next', 'n', '08/26/F4-04', 1_700_000, { description: 'Rent', dueDay: '2026-08-05' }),
  ];

  it('a month beside a house is no date, and asks for a person where more is paid', () => {
    const both = { ...grace, reference: '07/26/F4-03+8', amountCents: 3_000_000 };
    expect(placed(rent, both)).toMatchObject({ outcome: 'suggested', parts: { jul: 15_000 } });
  });

  it.each([
    ['a slip in the month', '08/62/F4-03', 'suggested'],
    ['a slip in the house', '08/26/F4-30', 'suggested'],
    ["exactly somebody else's, and therefore no slip", '08/26/F4-04', 'auto'],
  ])('a reference one slip from one invoice is not spent on another: %s', (_what, reference, outcome) => {
    expect(placed(rent, { ...grace, reference, amountCents: 1_500_000 }).outcome).toBe(outcome);
  });

  it.each([
    ['#8', 'suggested', 'aug'],
    ['bill 8', 'suggested', 'aug'],
    ['no 9 F4-03', 'suggested', 'jul'],
    ['no 7', 'auto', 'jul'],
    ['#3', 'auto', 'jul'],
    ['0', 'auto', 'jul'],
    ['4 people', 'auto', 'jul'],
  ])("digits that are a part of one invoice's number are not spent on another: %s", (reference, outcome, meant) => {
    const facts = [...rent, number('sep', '09/26/F4-03', 1_500_000, '2026-09-05')];
    const paid = placed(facts, { ...grace, reference, amountCents: 1_500_000 });
    expect(paid).toMatchObject({ outcome, parts: { [meant]: 15_000 } });
  });

  it.each([
    ['two digits that changed places across a stroke', ['546/2026', '883/2026'], '882/3026', '882/2026'],
    ['a zero for a one, where the rest is another number', ['#822', '#1169'], '#0169', '#169'],
    ['a digit left out, where a letter looks like one', ['S/5298', 'S/5790'], 'S/590', 'S/5590'],
    ['a house whose digits are those of another', ['B5-01/06-26', 'B5-01/09-26'], 'B5-10/09-26', 'A5-10/09-26'],
    ['a slip that fits two', ['E2-0626', 'E2-0926'], 'E2-0526', 'E4-0526'],
  ])(
    'a part that is exactly somebody else’s does not hide the slip of the whole: %s',
    (_what, [old, meant], reference, other) => {
      const facts = [
        customer('g', 'Grace Auma Okello', { phones: [grace.number.value], accountNumbers: ['E2'] }),
        number('old', old ?? '', 350_000, '2026-06-05'),
        number('meant', meant ?? '', 350_000, '2026-07-05'),
        customer('n', 'Noor Ali', {}),
        invoice('other', 'n', other, 700_000, { description: 'Goods' }),
      ];
      const paid = (typed: string) => placed(facts, { ...grace, reference: typed, amountCents: 350_000 });
      expect(paid(reference).outcome).toBe('suggested');
      expect(paid(meant ?? '')).toMatchObject({ outcome: 'auto', parts: { meant: 3_500 } });
    },
  );

  it('a slip is not spent on an invoice with another amount where the rules without it explain the amount', () => {
    const clinic = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      number('old', '01013', 1_377_000, '2026-07-06'),
      number('near', '01437', 80_000, '2026-08-28'),
    ];
    const paid = (cents: number) => placed(clinic, { ...grace, reference: 'OP 1434', amountCents: cents }).outcome;
    expect(paid(1_377_200)).toBe('suggested');
    expect(paid(1_376_000)).toBe('suggested');
    expect(paid(80_000)).toBe('auto');
  });

  it('a term in the number of another invoice says nothing of a term', () => {
    const school: Fact[] = [
      customer('g', 'Grace Auma Okello', { phones: [grace.number.value] }),
      invoice('t1', 'g', 'FEE-26-T1-531', 3_125_000, { description: 'Term 1 fees', dueDay: '2026-02-26' }),
      invoice('t3', 'g', 'FEE-26-T3-1417', 3_125_000, { description: 'Term 3 fees', dueDay: '2026-09-12' }),
      customer('n', 'Noor Ali', {}),
      invoice('other', 'n', 'FEE-26-T3-1673', 1_700_000, { description: 'Term 3 fees', dueDay: '2026-09-12' }),
    ];
    const paid = (reference: string) => placed(school, { ...grace, reference, amountCents: 3_125_000 }).parts;
    expect(paid('FEE-26-T3-1673')).toEqual({ t1: 31_250 });
    expect(paid('fees T3')).toEqual({ t3: 31_250 });
  });

  it('more money than the one number that could be read asks for a person', () => {
    const paid = (reference: string, cents: number) =>
      placed(shop, { ...grace, reference, amountCents: cents }).outcome;
    expect(paid('CS-1603-26, 11', 600_000)).toBe('suggested');
    expect(paid('CS-1603-26, 11', 300_000)).toBe('auto');
    expect(paid('CS-1603-26', 600_000)).toBe('auto');
  });

  it.each([
    ['CS-1603-26 & bal, CS', 600_000, 'suggested'],
    ['CS-1603-26 kwa hii na', 600_000, 'suggested'],
    ['goods CS-1603-26 na', 600_000, 'suggested'],
    ['CS-1603-26 kwa goods', 300_000, 'auto'],
    ['CS-1603-26 kwa goods', 200_000, 'auto'],
  ])('more money than the numbers cost that were typed before the field was full: %s', (reference, cents, outcome) => {
    expect(placed(shop, { ...grace, reference, amountCents: cents }).outcome).toBe(outcome);
  });
});

describe("a customer's phone number that somebody else types", () => {
  const friend = {
    number: { form: 'masked', value: '2541*****132' },
    payerNames: ['ZED'],
    channel: 'paybill',
  } as const;

  it('is an account as good as any', () => {
    const paid = placed([], { ...friend, reference: '0722000111', amountCents: 900_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { i2: 9_000 }, credit: 0 });
  });

  it('is told as a phone number, and not as an account', () => {
    const { proposal } = decide(
      business(...RENT),
      payment({ ...friend, reference: '0722000111', amountCents: 900_000 }),
    );
    const told = proposal?.because.map((one) => inWords(one).en);
    expect(told).toContain("the customer's phone number is typed");
    expect(told?.join()).not.toContain('account');
  });
});

it('a customer to whom all cash sales are invoiced is decided on like any other', () => {
  const sales = Array.from({ length: 130_000 }, (_, n) => invoice(`s${n}`, 'cash', `CS-${n}`, 70_000));
  const cash = customer('cash', 'Grace Auma Okello', { phones: [grace.number.value] });
  const paid = placed([cash, ...sales], { ...grace, reference: 'table 999999999', amountCents: 70_000 });
  expect(paid.parts).toEqual({ s0: 700 });
});
