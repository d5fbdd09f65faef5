import type { PaymentRequest } from '../payment-request.ts';
import type { Channel, Delivery, Telling } from '../telling.ts';

const AT = new Date('2026-01-15T05:31:20Z');

/** Builders of the unit tests; each takes only what the test is about. */
export const aChannel = (changes: Partial<Channel> = {}): Channel => ({
  id: 'channel',
  organisationId: 'organisation',
  kind: 'paybill',
  shortcode: '600999',
  storeNumber: null,
  formerStoreNumbers: [],
  mode: 'test',
  validation: 'accept',
  closedAt: null,
  ...changes,
});

const raw = (text: string) => {
  const body = Buffer.from(text);
  return { deliveryId: text, body, bytes: body.length, sha256: null, receivedAt: AT, from: '127.0.0.1' };
};

const trace = { correlationId: 'c', causationId: null, traceparent: null };

export const aDelivery = (body: unknown, changes: Partial<Delivery> = {}): Delivery => ({
  channel: aChannel(),
  kind: 'c2b',
  requestId: null,
  raw: raw(typeof body === 'string' ? body : JSON.stringify(body)),
  listed: true,
  trace,
  ...changes,
});

export const aTelling = ({
  deliveryId = 'one',
  body = 'body',
  ...changes
}: Partial<Telling> & { deliveryId?: string; body?: string } = {}): Telling => ({
  channel: aChannel(),
  kind: 'c2b',
  receipt: 'UAF5X0A1B2',
  amountCents: 150_000,
  paidAt: AT,
  reference: 'INV0042',
  narrative: null,
  number: { form: 'masked', value: '2547*****001' },
  payerNames: ['JANE DOE'],
  requestId: null,
  checkoutRequestId: null,
  flags: [],
  raw: { ...raw(body), deliveryId },
  trace,
  ...changes,
});

export const aRequest = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  id: 'request',
  version: 1,
  organisationId: 'organisation',
  channelId: 'channel',
  mode: 'test',
  status: 'prompted',
  businessShortcode: '600999',
  sealedPasskey: null,
  accountReference: 'INV0042',
  description: 'Payment',
  amountCents: 150_000,
  currency: 'KES',
  phone: '254700000001',
  customerId: 'customer',
  invoiceId: 'invoice',
  checkoutRequestId: 'ws_CO_1',
  expects: true,
  resultCode: null,
  resultDescription: null,
  paymentId: null,
  createdBy: 'user',
  createdAt: AT,
  promptedAt: AT,
  settledAt: null,
  nextQueryAt: AT,
  queries: 0,
  ...changes,
});
