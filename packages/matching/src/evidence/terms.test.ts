import { describe, expect, it } from 'vitest';
import { customer, invoice, placed } from '../testing/business.ts';
import { periodWordsIn } from '../text/periods.ts';
import type { Fact } from '../types.ts';

describe('terms', () => {
  const fees: Fact[] = [
    customer('t', 'Tabitha Kerubo Nyangau', { phones: ['254745000666'], accountNumbers: ['ADM 4471'] }),
    ...['Term 1', 'Second term', 'TERM III'].map((term, at) =>
      invoice(`t${at + 1}`, 't', `FS-2026-0070${at}`, 3_500_000, { description: `Fees ${term} 2026` }),
    ),
  ];

  it.each([
    ['4471 first term', 't1'],
    ['2nd term 4471', 't2'],
    ['school fees second term 4471', 't2'],
    ['adm 4471 T2', 't2'],
    ['term three 4471', 't3'],
    ['karo term III', 't3'],
    ['adm 4471 T3', 't3'],
  ])('%s', (reference, invoiceId) => {
    const payer = { number: { form: 'full', value: '254745000666' }, payerNames: ['TABITHA'] } as const;
    const paid = placed(fees, { ...payer, reference, amountCents: 3_500_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { [invoiceId]: 35_000 }, credit: 0 });
  });

  it.each([
    ['this term', '2026-06-10', 't2', 2026_102],
    ['fees last term', '2026-06-10', 't1', 2026_101],
    ['karo muhula ujao', '2026-06-10', 't3', 2026_103],
    ['muhula huu', '2026-04-30', 't1', 2026_101],
  ])('counted from the day of payment are proposed, since schools begin them when they like: %s', (...told) => {
    const [reference, day, invoiceId, period] = told;
    const paidAt = Date.parse(`${day}T09:00+03:00`);
    const payer = { number: { form: 'full', value: '254745000666' }, payerNames: ['TABITHA'] } as const;
    const paid = placed(fees, { ...payer, reference, amountCents: 3_500_000, paidAt });
    expect(paid).toEqual({ outcome: 'suggested', parts: { [invoiceId]: 35_000 }, credit: 0 });
    expect(periodWordsIn(reference, paidAt).map((said) => said.period)).toEqual([period]);
  });

  it.each(['447/2020 term 1', '447/2020 T1'])('have no year of the account before them: %s', (reference) => {
    const pupil: Fact[] = [
      customer('t', 'Tabitha Kerubo Nyangau', { phones: ['254745000666'], accountNumbers: ['447/2020'] }),
      ...fees.slice(1),
    ];
    const payer = { number: { form: 'full', value: '254745000666' }, payerNames: ['TABITHA'] } as const;
    const paid = placed(pupil, { ...payer, reference, amountCents: 3_500_000 });
    expect(paid).toEqual({ outcome: 'auto', parts: { t1: 35_000 }, credit: 0 });
  });

  it('turn the year, and say less than their number', () => {
    const at = Date.parse('2026-12-31T09:00+03:00');
    const said = (text: string) => periodWordsIn(text, at).map(({ period }) => period);
    expect(said('next term')).toEqual([2027_101]);
    expect(said('next term 2')).toEqual([102]);
    expect(said('term 1 next year')).toEqual([2027_101]);
  });
});
