import { hashMsisdn } from '@malipo/values';
import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { candidatesFor } from './candidates-for.ts';
import { decide } from './decide.ts';
import type { State } from './state.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';
import type { Fact, PaymentFact } from './types.ts';

const stranger = { number: { form: 'full', value: '254799000111' }, payerNames: ['ZED'] } as const;

/** Decides on a payment, which then waits or is posted. */
function take(state: State, over: Partial<PaymentFact>) {
  const paid = payment(over);
  const decision = decide(state, paid);
  apply(state, { type: 'payment-decided', payment: paid, decision });
  return decision;
}

/** Which of the waiting payments a fact explains once it is known. */
function explained(state: State, fact: Fact): string[] {
  apply(state, fact);
  return candidatesFor(state, fact);
}

describe('waiting money is looked at again when there is', () => {
  const late = customer('late', 'Naserian Lemayian', { phones: ['254745000999'] });

  it('an invoice whose number it names with one slip', () => {
    const state = business(...RENT, late);
    expect(take(state, { ...stranger, reference: 'INV-2026-04712' }).outcome).not.toBe('auto');
    expect(explained(state, invoice('n', 'late', 'INV-2026-04721', 1_200_000))).toContain('p1');
    expect(decide(state, payment({ ...stranger, reference: 'INV-2026-04712' })).proposal?.customerId).toBe('late');
  });

  it('a customer whose number it carries as a reference, however it is typed', () => {
    for (const reference of ['0745 000 999', '254745000999', 'kodi 745000999']) {
      const state = business(...RENT);
      expect(take(state, { ...stranger, reference }).outcome).toBe('unmatched');
      expect(explained(state, late)).toEqual(['p1']);
    }
  });

  it.each([
    ['a slip in each name', 'NASERAIN LEMAYAN'],
    ['a letter too few and one too many', 'Naserin Lemayiann'],
    ['names cut off', 'NASER LEMAY'],
  ])('a customer whose name it carries with %s', (_what, reference) => {
    const state = business(...RENT);
    expect(take(state, { ...stranger, reference }).outcome).toBe('unmatched');
    expect(explained(state, late)).toEqual(['p1']);
    expect(decide(state, payment({ ...stranger, reference })).proposal?.customerId).toBe('late');
  });

  it.each([
    ['R-0047/2026', '47/2026'],
    ['R-0047/2026', 'R472026'],
    ['ABC-1023', '1O23'],
  ])('an invoice %s that was typed as %s', (number, reference) => {
    const state = business(...RENT, late);
    expect(take(state, { ...stranger, reference }).outcome).not.toBe('auto');
    expect(explained(state, invoice('n', 'late', number, 1_200_000))).toEqual(['p1']);
  });

  it('an account that was typed short', () => {
    const state = business(...RENT);
    expect(take(state, { ...stranger, reference: 'meter 456' }).outcome).not.toBe('auto');
    expect(explained(state, customer('m', 'Zawadi Mghoi', { accountNumbers: ['00456'] }))).toEqual(['p1']);
  });

  it('an invoice of a customer whom a habit points to', () => {
    const state = business(...RENT);
    const aunt = { number: { form: 'full', value: '254711999888' }, payerNames: ['AUNT'], reference: null } as const;
    const first = payment({ ...aunt, paymentId: 'p0', amountCents: 1_200_000 });
    const settled = { paymentId: 'p0', by: 'person', customerId: 'c1', creditCents: 0 } as const;
    const allocations = [{ invoiceId: 'i1', amountCents: 1_200_000 }];
    apply(state, { type: 'payment-settled', payment: first, settled: { ...settled, allocations } });
    expect(take(state, { ...aunt, amountCents: 1_300_000 }).outcome).not.toBe('auto');
    expect(explained(state, invoice('i9', 'c1', 'INV-2026-00999', 1_300_000))).toContain('p1');
  });

  it('and casts no shadow any more on those whom only an earlier decision suspected', () => {
    const state = business(...RENT, late);
    expect(take(state, { ...stranger, reference: 'A12', flags: ['odd_time'] }).proposal?.customerId).toBe('c1');
    expect(take(state, { ...stranger, reference: '0745000999', flags: ['odd_time'] }).proposal?.customerId).toBe(
      'late',
    );
    expect(candidatesFor(state, { type: 'invoice-closed', invoiceId: 'i1' })).toEqual([]);
  });

  it('an invoice less among those that it may have been meant for', () => {
    const state = business(...RENT);
    const half = { ...stranger, number: { form: 'none', value: '' }, reference: 'A12', amountCents: 700_000 } as const;
    expect(take(state, { ...half, flags: ['held'] }).outcome).toBe('suggested');
    expect(explained(state, { type: 'invoice-closed', invoiceId: 'i1' })).toEqual(['p1']);
    expect(candidatesFor(state, { type: 'invoice-closed', invoiceId: 'i2' })).toEqual([]);
  });
});

describe('the number of a contact', () => {
  const mother = '254745000777';
  const child = customer('k', 'Njoki Wairimu', { contacts: [{ name: 'Ann Wairimu', phone: mother }] });
  const fees = invoice('f', 'k', 'F-2026-0007', 1_830_000, { description: 'Fees' });

  it.each([
    ['in full', { form: 'full', value: mother }],
    ['hashed', { form: 'sha256', value: hashMsisdn(mother) }],
  ] as const)('%s tells whom the money is for, and that it is a contact’s', (_how, number) => {
    const state = business(...RENT, child, fees);
    const paid = payment({ number, payerNames: [], reference: null, amountCents: 1_830_000 });
    const { proposal } = decide(state, paid);
    expect(proposal).toMatchObject({ customerId: 'k', allocations: [{ invoiceId: 'f', amountCents: 1_830_000 }] });
    const phone = proposal?.because.find(({ code }) => code === 'contact_phone');
    expect(phone?.score).toBeGreaterThan(2);
  });
});

describe('because', () => {
  const codes = (state: State, over: Partial<PaymentFact>) =>
    decide(state, payment(over)).proposal?.because.map(({ code }) => code);

  it('says that the invoice which is named is settled', () => {
    const state = business(...RENT, { type: 'invoice-closed', invoiceId: 'i1' });
    expect(codes(state, {})).toContain('settled_invoice');
    expect(codes(state, {})).not.toContain('near_invoice');
  });

  it('says that what is open is in another currency', () => {
    const said = codes(business(...RENT), { currency: 'USD' });
    expect(said).toContain('other_currency_invoice');
    expect(said).toContain('amount_other_currency');
  });

  it('says that money is more than what it names, and not that it goes there', () => {
    const said = codes(business(...RENT), { amountCents: 3_400_000 });
    expect(said).toContain('amount_over_named');
    expect(said).not.toContain('amount_to_named');
    expect(codes(business(...RENT), {})).toContain('amount_to_named');
  });

  it('calls digits a short form that are no slip, and names each invoice by how it was typed', () => {
    const facts = [invoice('i5', 'c1', 'INV-2026-00555', 800_000)];
    const said = (reference: string, over: Partial<PaymentFact> = {}) =>
      decide(business(...RENT, ...facts), payment({ reference, ...over })).proposal?.because;
    expect(said('123, INV-2026-00555', { amountCents: 2_000_000 })).toContainEqual(
      expect.objectContaining({ code: 'invoice_short', detail: 'INV-2026-00123' }),
    );
    expect(said('l23')).toContainEqual(expect.objectContaining({ code: 'invoice_short' }));
    expect(said('INV-2026-00132')).toContainEqual(expect.objectContaining({ code: 'invoice_one_slip' }));
  });
});

describe('a bank’s line that tells of mobile money', () => {
  const bank = { channel: 'bank', paymentId: 'b', receipt: 'FT26218', reference: null } as const;
  const line = { ...bank, narrative: 'mpesa uh1dujswpx mary kamau', number: { form: 'none', value: '' } } as const;

  it('is a duplicate each time it is looked at, in whatever letters', () => {
    const state = business(...RENT);
    expect(take(state, { receipt: 'UH1DUJSWPX' }).outcome).toBe('auto');
    for (let time = 0; time < 2; time++)
      expect(take(state, line)).toMatchObject({ reason: 'duplicate', refersTo: 'p1' });
  });

  it('of another amount is money of its own, and goes to nobody without a person', () => {
    const state = business(...RENT);
    expect(take(state, { receipt: 'UH1DUJSWPX' }).outcome).toBe('auto');
    const other = { ...bank, narrative: 'INV-2026-00198 PETER OTIENO OUMA BAL AFTER UH1DUJSWPX', amountCents: 900_000 };
    const decision = take(state, { ...other, number: { form: 'none', value: '' } });
    expect(decision).toMatchObject({ outcome: 'suggested', reason: 'flagged', guards: ['quotes-receipt'] });
    expect(decision.proposal?.allocations).toEqual([{ invoiceId: 'i2', amountCents: 900_000 }]);
  });
});

describe('an invoice in another currency', () => {
  it('that is named has money wait for a person, instead of paying one that nobody named', () => {
    const dollars = invoice('d', 'c1', 'INV-2026-00777', 77_700, { currency: 'USD' });
    const state = business(...RENT, dollars);
    const named = { reference: 'INV-2026-00777', amountCents: 77_700 };
    expect(decide(state, payment(named))).toMatchObject({ outcome: 'suggested', guards: ['disputed'] });
    expect(decide(state, payment({ ...named, reference: 'INV-2026-00123' })).outcome).toBe('auto');
    const onlyDollars = business(...RENT, dollars, { type: 'invoice-closed', invoiceId: 'i1' });
    expect(decide(onlyDollars, payment(named)).proposal?.allocations).toEqual([]);
  });
});

describe('a few cents of another currency', () => {
  it('are owed, and not taken for rounding', () => {
    const dollars = invoice('d', 'c1', 'INV-2026-00777', 10_000, { currency: 'USD' });
    const state = business(...RENT, dollars);
    const paid = { reference: 'INV-2026-00777', currency: 'USD' } as const;
    take(state, { ...paid, amountCents: 9_700 });
    const rest = decide(state, payment({ ...paid, paymentId: 'p2', receipt: 'UH1REST', amountCents: 300 }));
    expect(rest.proposal?.allocations).toEqual([{ invoiceId: 'd', amountCents: 300 }]);
  });
});
