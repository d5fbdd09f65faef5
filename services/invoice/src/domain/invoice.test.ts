import { describe, expect, test } from 'vitest';
import { changeInvoice, draftInvoice, type Invoice, type InvoiceTerms, issueInvoice, voidInvoice } from './invoice.ts';
import type { LineTerms } from './lines.ts';
import { applyAllocation, type Step } from './standing.ts';

const AT = new Date('2026-01-31T22:30:00Z'); // already February in Nairobi

const line = (own: Partial<LineTerms> = {}): LineTerms => ({
  description: 'School fees, term 1',
  quantityMilli: 1_000,
  unitPriceCents: 1_000,
  taxBasisPoints: 0,
  discount: null,
  ...own,
});

const draft = (own: Partial<InvoiceTerms> = {}) =>
  draftInvoice({ number: 'A-1', customerId: 'c', currency: 'KES', lines: [line()], ...own }, 'i', 'o', AT);

const after = (step: Step<Invoice> | undefined): Invoice => {
  if (!step) throw new Error('nothing changed');
  return step.invoice;
};
const issued = () => after(issueInvoice(draft(), AT));
const paidIn = (amountCents: number) =>
  after(
    applyAllocation(issued(), { allocationId: 'a', paymentId: 'p', amountCents, roundingCents: 0, version: 1 }, AT),
  );
const code = (expected: string) => expect.objectContaining({ code: expected });

test('a draft is due in 30 Nairobi days and described by its lines', () => {
  const invoice = draft({ lines: [line(), line({ description: 'Bus' })] });
  expect(invoice).toMatchObject({ dueDate: '2026-03-03', description: 'School fees, term 1; Bus', status: 'draft' });
});

test('issuing takes the Nairobi day and happens once', () => {
  const step = issueInvoice(draft(), AT);
  expect(step?.changes).toEqual([{ type: 'issued' }]);
  expect(step?.invoice).toMatchObject({ status: 'issued', issuedOn: '2026-02-01', balanceCents: 1_000, version: 2 });
  expect(issueInvoice(issued(), AT)).toBeUndefined();
  expect(issueInvoice(paidIn(400), AT)).toBeUndefined();
  expect(issueInvoice(paidIn(1_000), AT)).toBeUndefined();
});

test('nothing cannot be owed', () => {
  const free = draft({ lines: [line({ discount: { basisPoints: 10_000 } })] });
  expect(() => issueInvoice(free, AT)).toThrow(code('invoice_without_amount'));
  expect(() => changeInvoice(issued(), { lines: [line({ unitPriceCents: 0 })] }, AT)).toThrow(
    code('invoice_without_amount'),
  );
});

describe('changing', () => {
  test('a draft in everything, silently', () => {
    const step = changeInvoice(draft(), { number: 'B-2', customerId: 'd', currency: 'USD', notes: 'x' }, AT);
    expect(step?.changes).toEqual([]);
    expect(step?.invoice).toMatchObject({ number: 'B-2', customerId: 'd', currency: 'USD', notes: 'x', version: 2 });
  });

  test('what a draft would be owed leaves it a draft that nobody hears of', () => {
    const step = changeInvoice(draft(), { lines: [line({ unitPriceCents: 3_000 })], dueDate: '2026-04-01' }, AT);
    expect(step?.changes).toEqual([]);
    expect(step?.invoice).toMatchObject({ status: 'draft', totalCents: 3_000, overdueCheckOn: null, version: 2 });
  });

  test('an issued invoice in what is owed, and tells it', () => {
    const step = changeInvoice(issued(), { lines: [line({ unitPriceCents: 3_000 })], dueDate: '2026-04-01' }, AT);
    expect(step?.changes).toEqual([{ type: 'changed' }]);
    expect(step?.invoice).toMatchObject({ totalCents: 3_000, balanceCents: 3_000, dueDate: '2026-04-01' });
    expect(changeInvoice(issued(), { notes: 'only a note' }, AT)?.changes).toEqual([]);
  });

  test('to what it is already, not at all', () => {
    expect(changeInvoice(issued(), { lines: [line()], number: 'A-1' }, AT)).toBeUndefined();
    expect(changeInvoice(draft(), { number: 'A-1' }, AT)).toBeUndefined();
  });

  test('an issued invoice’s number is refused, and named', () => {
    expect(() => changeInvoice(issued(), { number: 'B' }, AT)).toThrow(
      expect.objectContaining({ code: 'invoice_issued', fields: [expect.objectContaining({ pointer: '#/number' })] }),
    );
  });

  test('below what is applied pays it, above reopens it', () => {
    const lower = changeInvoice(paidIn(600), { lines: [line({ unitPriceCents: 500 })] }, AT);
    expect(lower?.changes.map((change) => change.type)).toEqual(['changed', 'paid']);
    expect(lower?.invoice).toMatchObject({ status: 'paid', balanceCents: 0, appliedCents: 600 });
    const higher = changeInvoice(paidIn(1_000), { lines: [line({ unitPriceCents: 1_500 })] }, AT);
    expect(higher?.invoice).toMatchObject({ status: 'partially_paid', balanceCents: 500, paidAt: null });
  });
});

describe('voiding', () => {
  test('clears what is owed, once', () => {
    const step = voidInvoice(paidIn(600), 'wrong house', AT);
    expect(step?.changes).toEqual([{ type: 'voided' }]);
    expect(step?.invoice).toMatchObject({ status: 'void', balanceCents: 0, voidReason: 'wrong house', voidedAt: AT });
    expect(voidInvoice(after(step), 'again', AT)).toBeUndefined();
  });

  test('is refused for drafts and paid invoices, and ends everything else', () => {
    expect(() => voidInvoice(draft(), null, AT)).toThrow(code('invoice_not_issued'));
    expect(() => voidInvoice(paidIn(1_000), null, AT)).toThrow(code('invoice_paid'));
    const gone = after(voidInvoice(issued(), null, AT));
    expect(() => issueInvoice(gone, AT)).toThrow(code('invoice_closed'));
    expect(() => changeInvoice(gone, { notes: 'x' }, AT)).toThrow(code('invoice_closed'));
  });
});
