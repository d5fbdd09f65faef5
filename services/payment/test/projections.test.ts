import {
  AllocationUndone,
  CustomerSaved,
  InvoiceIssued,
  InvoicePaymentApplied,
  InvoiceVoided,
  PaymentAllocated,
  PaymentNeedsReview,
  SuggestionRefused,
} from '@malipo/events';
import type { DataOf } from '@malipo/service-kit';
import { createTestPublisher } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type SandboxProcess, startSandbox } from './sandbox.ts';
import {
  type ChannelBody,
  confirmation,
  deliver,
  type Organisation,
  type RequestBody,
  startWorld,
  type World,
} from './support.ts';

let sandbox: SandboxProcess;
let world: World;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
let shop: Organisation;
let channel: ChannelBody;

beforeAll(async () => {
  sandbox = await startSandbox();
  world = await startWorld({ MALIPO_DARAJA_TEST_URL: sandbox.url, MALIPO_SANDBOX_CONTROL: 'true' });
  publisher = await createTestPublisher(world.slice);
});
beforeEach(async () => {
  shop = await world.organisation();
});
afterAll(async () => {
  await publisher.close();
  await world.close();
  await sandbox.close();
});

const about = (id: string, version: number) => ({ organisationId: shop.id, subject: { id, version }, at: new Date() });
const invoice = (changes: Partial<{ number: string; balanceCents: number }> = {}) => ({
  invoiceId: newId(),
  customerId: newId(),
  number: 'INV-2026-0042',
  description: 'Rent',
  currency: 'KES',
  issuedOn: '2026-01-01',
  dueDate: '2026-01-31',
  totalCents: 200_000,
  balanceCents: 200_000,
  ...changes,
});
const issue = async (facts: ReturnType<typeof invoice>, version = 1) => {
  await publisher.publish(InvoiceIssued.create(facts, about(facts.invoiceId, version)));
  return facts;
};
const ask = (more: Record<string, unknown>) =>
  shop.call<RequestBody & { accountReference: string; customerId: string }>('POST', '/api/v1/payment-requests', {
    phone: `2547${String(Date.now()).slice(-8)}`,
    amountCents: 150_000,
    ...more,
  });

it('a prompt for an invoice takes its reference, customer and balance from it, also right after it was issued', async () => {
  channel = await shop.openChannel();
  const facts = await issue(invoice());
  const { status, body } = await ask({ invoiceId: facts.invoiceId });
  expect([status, body.accountReference, body.customerId]).toEqual([201, 'INV20260042', facts.customerId]);
  const list = async (query: string) =>
    (await shop.call<{ data: RequestBody[] }>('GET', `/api/v1/payment-requests?${query}`)).body.data.map(
      ({ id }) => id,
    );
  expect([await list(`customerId=${facts.customerId}`), await list(`customerId=${newId()}`)]).toEqual([[body.id], []]);
  expect(await list(`channelId=${channel.id}&invoiceId=${facts.invoiceId}`)).toEqual([body.id]);
  const over = await ask({ invoiceId: facts.invoiceId, amountCents: 200_100 });
  expect([over.status, over.body.code]).toEqual([422, 'amount_exceeds_balance']);
});

it('nothing can be asked for an invoice that is unknown, somebody else’s, paid or void', async () => {
  channel = await shop.openChannel();
  const voided = await issue(invoice());
  const paid = await issue(invoice());
  await publisher.publish(
    InvoiceVoided.create({ ...voided }, about(voided.invoiceId, 2)),
    InvoicePaymentApplied.create(
      { ...paid, paymentId: newId(), appliedCents: 200_000, roundingCents: 0, balanceCents: 0, status: 'paid' },
      about(paid.invoiceId, 2),
    ),
  );
  await expect.poll(async () => (await ask({ invoiceId: voided.invoiceId })).body.code).toBe('invoice_not_open');
  await expect.poll(async () => (await ask({ invoiceId: paid.invoiceId })).body.code).toBe('invoice_not_open');
  await issue(voided, 1); // an old fact that comes again opens nothing
  const marker = await issue(invoice());
  expect((await ask({ invoiceId: marker.invoiceId })).status).toBe(201);
  expect((await ask({ invoiceId: voided.invoiceId })).body.code).toBe('invoice_not_open');
  expect((await ask({ invoiceId: newId() })).body.code).toBe('invoice_not_found');
  shop = await world.organisation();
  await shop.openChannel();
  expect((await ask({ invoiceId: marker.invoiceId })).body.code).toBe('invoice_not_found');
});

const validate = async (reference: string) =>
  (await deliver(channel.callbackUrls.validation, confirmation({ BillRefNumber: reference }))).text;
const YES = '{"ResultCode":"0","ResultDesc":"Accepted"}';
const NO = '{"ResultCode":"C2B00012","ResultDesc":"Rejected"}';

it('validation accepts whatever comes, unless the organisation wants unknown accounts refused', async () => {
  channel = await shop.openChannel();
  expect(await validate('nonsense')).toBe(YES);
  channel = await shop.openChannel({ shortcode: '600111', validation: 'reject_unknown_account' });
  await issue(invoice({ number: 'INV-2026-0777' }));
  const customer = {
    customerId: newId(),
    name: 'Jane',
    isCompany: false,
    phone: null,
    email: null,
    contacts: [],
    locale: null,
  };
  await publisher.publish(
    CustomerSaved.create({ ...customer, accountNumbers: ['FLAT-4B'] }, about(customer.customerId, 1)),
  );
  await expect.poll(() => validate('nonsense')).toBe(NO);
  for (const known of ['INV-2026-0777', 'inv 2026 0777', 'flat 4b']) await expect.poll(() => validate(known)).toBe(YES);
  expect((await deliver(channel.callbackUrls.validation, 'not json')).text).toBe(YES);
});

const decided = (payment: { id: string; amountCents: number }, facts: ReturnType<typeof invoice>) => ({
  paymentId: payment.id,
  matchId: payment.id,
  mode: 'test' as const,
  currency: 'KES',
  amountCents: payment.amountCents,
  decision: 'auto' as const,
  reason: 'none',
  confidence: 0.98,
  customerId: facts.customerId,
  allocations: [
    {
      allocationId: newId(),
      invoiceId: facts.invoiceId,
      invoiceNumber: facts.number,
      amountCents: payment.amountCents,
      roundingCents: 0,
      version: 1,
    },
  ],
  creditCents: 0,
  unappliedCents: 0,
  because: [
    { code: 'invoice_exact', detail: facts.number, score: 9 },
    { en: 'said before there were codes', sw: 'ilisemwa zamani', score: 1 },
  ],
  decidedBy: 'engine',
  decidedAt: new Date().toISOString(),
});
const allocated = (data: ReturnType<typeof decided>): DataOf<typeof PaymentAllocated> => ({
  ...data,
  receipt: 'R',
  payer: { msisdn: null },
  balanceCents: 0,
});

/** Waits until all that was told of the shop before is taken in: its events keep their order. */
async function untilTakenIn(): Promise<void> {
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'LATEST' }));
  const [latest] = await shop.paymentsOf('LATEST');
  const id = latest?.id ?? '';
  await publisher.publish(
    PaymentAllocated.create(allocated(decided({ id, amountCents: 150_000 }, invoice())), about(id, 1)),
  );
  await expect.poll(async () => (await shop.paymentsOf('LATEST'))[0]?.status).toBe('allocated');
}

it('a payment shows what reconciliation decided, the newest decision only', async () => {
  channel = await shop.openChannel();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'MATCHED' }));
  const [payment] = await shop.paymentsOf('MATCHED');
  const facts = invoice();
  const data = decided({ id: payment?.id ?? '', amountCents: 150_000 }, facts);
  const match = (version: number) => about(data.matchId, version);
  const read = () =>
    shop.call<Record<string, unknown>>('GET', `/api/v1/payments/${payment?.id}`).then(({ body }) => body);
  await publisher.publish(
    PaymentNeedsReview.create({ ...data, decision: 'suggested', unappliedCents: 150_000 }, match(1)),
  );
  await expect.poll(read).toMatchObject({
    status: 'unallocated',
    decision: 'suggested',
    allocations: [],
    suggestions: [{ amountCents: 150_000 }],
  });
  await publisher.publish(PaymentAllocated.create(allocated({ ...data, decision: 'auto' }), match(2)));
  await expect.poll(read).toMatchObject({
    status: 'allocated',
    decision: 'auto',
    confidence: 0.98,
    customerId: facts.customerId,
    allocations: [{ invoiceNumber: 'INV-2026-0042', amountCents: 150_000 }],
    suggestions: [],
    because: [
      { code: 'invoice_exact', en: 'the reference is exactly INV-2026-0042', sw: expect.any(String), score: 9 },
      { en: 'said before there were codes', sw: 'ilisemwa zamani', score: 1 },
    ],
  });
  const some = {
    ...data,
    allocations: data.allocations.map((one) => ({ ...one, amountCents: 50_000 })),
    unappliedCents: 100_000,
  };
  await publisher.publish(
    AllocationUndone.create({ ...data, decision: 'undone' }, match(3)),
    PaymentAllocated.create(allocated(some), match(4)),
    PaymentAllocated.create(allocated(data), match(2)), // an old one again
  );
  await expect
    .poll(read)
    .toMatchObject({ status: 'partly_allocated', allocations: [{ amountCents: 50_000 }], unappliedCents: 100_000 });
  const list = async (query: string) =>
    (await shop.call<{ data: { id: string }[] }>('GET', `/api/v1/payments?${query}`)).body.data.map(({ id }) => id);
  expect(await list(`customerId=${facts.customerId}`)).toEqual([payment?.id]);
  expect(await list('status=partly_allocated&mode=test')).toEqual([payment?.id]);
  expect(await list('status=received')).toEqual([]);
  expect(await list('mode=live')).toEqual([]);
  expect(await list(`channelId=${channel.id}&from=2020-01-01T00:00:00Z`)).toEqual([payment?.id]);
  expect(await list('to=2020-01-01T00:00:00Z')).toEqual([]);
  for (const plus of ['+', '%2B']) expect(await list(`from=2020-01-01T03:00:00${plus}03:00`)).toEqual([payment?.id]);
  const newest = await read();
  await publisher.publish(PaymentAllocated.create(allocated(data), match(2)));
  await untilTakenIn();
  expect(await read()).toEqual(newest);
});

it('a refusal shows on the payment, unless it is about an older decision', async () => {
  channel = await shop.openChannel();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'REFUSED' }));
  const [payment] = await shop.paymentsOf('REFUSED');
  const id = payment?.id ?? '';
  const data = decided({ id, amountCents: 150_000 }, invoice());
  const read = () => shop.call<Record<string, unknown>>('GET', `/api/v1/payments/${id}`).then(({ body }) => body);
  const refuse = (version: number) =>
    SuggestionRefused.create(
      { paymentId: id, customerId: data.customerId, refusedBy: newId(), reason: 'not his' },
      about(id, version),
    );
  const suggested = { ...data, decision: 'suggested' as const, unappliedCents: 150_000 };
  await publisher.publish(PaymentNeedsReview.create(suggested, about(id, 1)), refuse(2), refuse(2));
  await expect
    .poll(read)
    .toMatchObject({ decision: 'rejected', suggestions: [], allocations: [], status: 'unallocated' });
  await publisher.publish(PaymentAllocated.create(allocated(data), about(id, 3)), refuse(2));
  await untilTakenIn();
  expect(await read()).toMatchObject({ decision: 'auto', allocations: [{ amountCents: 150_000 }] });
});
