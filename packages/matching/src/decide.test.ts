import { describe, expect, it } from 'vitest';
import {
  apply,
  candidatesFor,
  createReferenceIndex,
  createState,
  decide,
  type PaymentFact,
  type State,
} from './index.ts';

const customer = (customerId: string, name: string, phone: string, account: string) =>
  ({
    type: 'customer-saved',
    customer: { customerId, name, isCompany: false, phones: [phone], accountNumbers: [account], contacts: [] },
  }) as const;

const invoice = (invoiceId: string, customerId: string, number: string, balanceCents: number, dueDay = '2026-08-05') =>
  ({
    type: 'invoice-saved',
    invoice: {
      invoiceId,
      customerId,
      number,
      description: 'Rent August 2026',
      issueDay: '2026-08-01',
      dueDay,
      currency: 'KES',
      totalCents: balanceCents,
      balanceCents,
    },
  }) as const;

const payment = (over: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: 'p1',
  channel: 'paybill',
  receipt: 'UH1DUJSWPX',
  paidAt: Date.UTC(2026, 7, 6),
  receivedAt: Date.UTC(2026, 7, 6),
  amountCents: 1_200_000,
  currency: 'KES',
  reference: 'inv-2026-00123',
  narrative: null,
  number: { form: 'full', value: '254712345678' },
  payerNames: ['Mary'],
  requestId: null,
  reversesReceipt: null,
  flags: [],
  ...over,
});

function rentBusiness(): State {
  const state = createState('org');
  apply(state, customer('c1', 'Mary Wanjiku Kamau', '254712345678', 'A12'));
  apply(state, customer('c2', 'Peter Otieno', '254722000111', 'B07'));
  apply(state, invoice('i1', 'c1', 'INV-2026-00123', 1_200_000));
  apply(state, invoice('i2', 'c2', 'INV-2026-00124', 900_000));
  return state;
}

describe('decide', () => {
  it('applies money whose reference, phone and amount agree', () => {
    const decided = decide(rentBusiness(), payment());
    expect(decided).toMatchObject({ outcome: 'auto', proposal: { customerId: 'c1', rule: 'named', creditCents: 0 } });
    expect(decided.proposal?.allocations).toEqual([{ invoiceId: 'i1', amountCents: 1_200_000 }]);
  });

  it('applies part of an invoice at once where it answers our own request, though nothing else is known', () => {
    const state = rentBusiness();
    const request = {
      requestId: 'r1',
      customerId: 'c1',
      invoiceId: 'i1',
      amountCents: 500_000,
      madeAt: Date.UTC(2026, 7, 6),
    };
    apply(state, { type: 'request-made', request });
    const asked = payment({ channel: 'stk', requestId: 'r1', amountCents: 500_000, reference: null, payerNames: [] });
    expect(decide(state, asked)).toMatchObject({
      outcome: 'auto',
      proposal: { allocations: [{ invoiceId: 'i1', amountCents: 500_000 }] },
    });
  });

  it.each<[string, Partial<PaymentFact>]>([
    ['the reference names', { reference: 'INV-2026-00124', number: { form: 'none', value: '' }, payerNames: [] }],
    ['number and name are', { reference: null }],
    ['reference, number and name are', { reference: 'INV-2026-00124' }],
    ['amount, reference, number and name are', { reference: 'INV-2026-00124', amountCents: 900_000 }],
  ])('applies money where our own request says, though %s somebody else’s', (_what, over) => {
    const state = rentBusiness();
    const request = { requestId: 'r1', customerId: 'c1', invoiceId: 'i1', amountCents: 1_200_000, madeAt: 0 };
    apply(state, { type: 'request-made', request });
    const peter = { number: { form: 'full', value: '254722000111' }, payerNames: ['PETER', 'OTIENO'] } as const;
    const asked = payment({ channel: 'stk', requestId: 'r1', ...peter, ...over });
    const decided = decide(state, asked);
    expect(decided).toMatchObject({
      outcome: 'auto',
      proposal: { customerId: 'c1', allocations: [{ invoiceId: 'i1', amountCents: asked.amountCents }] },
    });
    expect(decided.proposal?.because.map(({ code }) => code)).toContain('answers_request');
  });

  it('applies it though a shilling that waits may be for the same invoice', () => {
    const state = rentBusiness();
    const shilling = payment({ paymentId: 'p0', receipt: 'UH1SHILLING', amountCents: 100, flags: ['odd_time'] });
    const waits = decide(state, shilling);
    apply(state, { type: 'payment-decided', payment: shilling, decision: waits });
    expect(waits).toMatchObject({ outcome: 'suggested', proposal: { allocations: [{ invoiceId: 'i1' }] } });
    expect(decide(state, payment())).toMatchObject({ outcome: 'suggested', reason: 'unresolved_before' });
    const request = { requestId: 'r1', customerId: 'c1', invoiceId: 'i1', amountCents: 1_200_000, madeAt: 0 };
    apply(state, { type: 'request-made', request });
    expect(decide(state, payment({ channel: 'stk', requestId: 'r1', reference: null })).outcome).toBe('auto');
  });

  it('reports a repeated receipt as a duplicate', () => {
    const state = rentBusiness();
    const first = payment();
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    expect(decide(state, payment({ paymentId: 'p2' }))).toMatchObject({
      outcome: 'unmatched',
      reason: 'duplicate',
      refersTo: 'p1',
    });
  });

  it('takes the same receipt for money of its own once the first is forgotten', () => {
    const state = rentBusiness();
    const first = payment();
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    apply(state, { type: 'payment-forgotten', payment: first });
    expect(decide(state, payment({ paymentId: 'p2' }))).toEqual({ ...decide(rentBusiness(), first), paymentId: 'p2' });
  });

  it('takes a posting back on a reversal, so that the invoice is owed again', () => {
    const state = rentBusiness();
    const first = payment();
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    const back = payment({ paymentId: 'p2', receipt: 'UH1DUJSWPY', reversesReceipt: first.receipt });
    const decided = decide(state, back);
    expect(decided).toMatchObject({ outcome: 'unmatched', reason: 'reversal', refersTo: 'p1' });
    apply(state, { type: 'payment-decided', payment: back, decision: decided });
    expect(decide(state, payment({ paymentId: 'p3', receipt: 'UH1DUJSWPZ' })).outcome).toBe('auto');
  });

  it('applies nothing for money that nobody explains', () => {
    const stranger = payment({
      reference: 'KPLC',
      payerNames: ['Zed'],
      number: { form: 'full', value: '254733999888' },
      amountCents: 777,
    });
    expect(decide(rentBusiness(), stranger)).toMatchObject({ outcome: 'unmatched', reason: 'no_candidate' });
  });
});

describe('candidatesFor', () => {
  it('finds unresolved money that a new customer explains', () => {
    const state = createState('org');
    const early = payment({ reference: 'rent' });
    apply(state, { type: 'payment-decided', payment: early, decision: decide(state, early) });
    const fact = customer('c1', 'Mary Wanjiku Kamau', '254712345678', 'A12');
    apply(state, fact);
    expect(candidatesFor(state, fact)).toEqual(['p1']);
    expect(candidatesFor(state, customer('c9', 'Zipporah Naserian', '254700000001', 'Z9'))).toEqual([]);
  });
});

describe('createReferenceIndex', () => {
  it('names invoices and accounts however they are typed', () => {
    const index = createReferenceIndex();
    index.addInvoice('i1', 'INV-2026-00123');
    index.addAccount('c1', 'KCA 619F');
    expect(index.lookup('inv 2o26 00123').invoiceIds).toEqual(['i1']);
    expect(index.lookup('inv 123').invoiceIds).toEqual(['i1']);
    expect(index.lookup('kca619f').customerIds).toEqual(['c1']);
    expect(index.lookup('rent')).toEqual({ invoiceIds: [], customerIds: [] });
    index.removeInvoice('i1');
    expect(index.lookup('INV-2026-00123').invoiceIds).toEqual([]);
  });
});
