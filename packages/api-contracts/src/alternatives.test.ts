import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfirmMatch, ImaginedPayment, NewPaymentRequest } from './index.ts';

const id = '01a20000-0000-7000-8000-00000000000b';
const prompt = { phone: '0712345678', amountCents: 150_000 };
const allocations = [{ invoiceId: id, amountCents: 100 }];

/** What a stranger's validator makes of it, who has the document alone. */
const documented = (body: z.ZodType) =>
  z.fromJSONSchema(z.toJSONSchema(body, { io: 'input' }) as z.core.JSONSchema.Schema);

test.each([
  ['a prompt for an account', NewPaymentRequest, { ...prompt, accountReference: 'ADM1001' }, true],
  ['a prompt for an invoice', NewPaymentRequest, { ...prompt, invoiceId: id }, true],
  ['a prompt for both', NewPaymentRequest, { ...prompt, invoiceId: id, accountReference: 'ADM1001' }, true],
  ['a prompt for neither', NewPaymentRequest, prompt, false],
  ['nothing but the wish to confirm', ConfirmMatch, {}, true],
  ['an alternative', ConfirmMatch, { proposal: 1, reason: 'the payer called', acrossCustomers: false }, true],
  ['a customer alone', ConfirmMatch, { customerId: id }, true],
  ['a customer’s invoices', ConfirmMatch, { customerId: id, allocations }, true],
  ['several customers’ invoices', ConfirmMatch, { allocations, acrossCustomers: true }, true],
  ['an alternative and a customer', ConfirmMatch, { proposal: 1, customerId: id }, false],
  ['an alternative and invoices', ConfirmMatch, { proposal: 1, allocations }, false],
  ['several customers without invoices', ConfirmMatch, { customerId: id, acrossCustomers: true }, false],
  ['a payment that came in', ImaginedPayment, { paymentId: id, reference: null, names: [], channel: 'till' }, true],
  ['an imagined payment', ImaginedPayment, { amountCents: 100, phone: '0712345678' }, true],
  ['a payment that came in, imagined otherwise', ImaginedPayment, { paymentId: id, amountCents: 100 }, false],
  ['a payment that came in with another name', ImaginedPayment, { paymentId: id, names: ['MARY'] }, false],
  ['an imagined payment of no amount', ImaginedPayment, { reference: 'INV-1' }, false],
] as const)('the document takes or refuses %s as the service does', (_what, contract, body, isTaken) => {
  expect(contract.safeParse(body).success).toBe(isTaken);
  expect(documented(contract).safeParse(body).success).toBe(isTaken);
});
