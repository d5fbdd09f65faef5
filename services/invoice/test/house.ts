import { AllocationUndone, PaymentAllocated } from '@malipo/events';
import { type OutgoingEvent, type Running, startService } from '@malipo/service-kit';
import { collectTopic, createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { expect } from 'vitest';
import { invoice as service } from '../src/service.ts';

type Method = 'GET' | 'POST' | 'PATCH';
export type House = Awaited<ReturnType<typeof openHouse>>;

/** The real service on the real stack, with `replicas` of it, and what a test does at its doors. */
export async function openHouse({ replicas = 1, now = () => new Date() } = {}) {
  const slice = createSlice();
  const keys = await testKeys();
  const env = slice.env({
    MALIPO_INVOICE_PORT: '0',
    MALIPO_JWKS_URL: keys.jwksUrl,
    MALIPO_OVERDUE_EVERY_MS: '25',
  });
  const running: Running[] = [];
  for (let count = 0; count < replicas; count++) running.push(await startService(service, { env, now }));
  const [publisher, events] = await Promise.all([createTestPublisher(slice), collectTopic(slice, 'invoice.events')]);
  let turn = 0;
  return {
    events,
    publish: publisher.publish,
    /** Somebody of an organisation, talking to the replicas in turn. */
    async as(organisationId: string, roles: readonly string[] = ['owner']) {
      const token = await keys.tokenFor({ organisationId, roles });
      return async (method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) => {
        const replica = running[turn++ % running.length]!;
        const answer = await replica.app.inject({
          method,
          url: `/api/v1${url}`,
          headers: { authorization: `Bearer ${token}`, ...headers },
          ...(body === undefined ? {} : { payload: body as object }),
        });
        return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
      };
    },
    async close() {
      await Promise.all([...running.map((one) => one.stop()), publisher.close(), events.close(), keys.close()]);
      await slice.drop();
    },
  };
}

export type Client = Awaited<ReturnType<House['as']>>;
export type Answer = Awaited<ReturnType<Client>>;

/** A customer of the organisation. */
export async function aCustomer(client: Client, own: object = {}): Promise<string> {
  const { status, body } = await client('POST', '/customers', { name: 'Wanjiku Kamau', ...own });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

export const oneLine = (unitPriceCents = 100_000) => [{ description: 'Rent', unitPriceCents }];

/** An issued invoice over `totalCents`. */
export async function anIssuedInvoice(client: Client, totalCents = 100_000, own: object = {}): Promise<string> {
  const customerId = await aCustomer(client);
  const created = await client('POST', '/invoices', { customerId, lines: oneLine(totalCents), ...own });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const issued = await client('POST', `/invoices/${created.body['id']}/issue`);
  expect(issued.status).toBe(200);
  return issued.body.id;
}

type Told = { allocationId: string; invoiceId: string; amountCents: number; roundingCents?: number; version?: number };

const decided = (paymentId: string, told: readonly Told[]) => ({
  paymentId,
  matchId: newId(),
  mode: 'test' as const,
  currency: 'KES',
  amountCents: 100_000,
  reason: 'none',
  confidence: 1,
  customerId: null,
  allocations: told.map((one) => ({ invoiceNumber: 'A-1', roundingCents: 0, version: 1, ...one })),
  creditCents: 0,
  unappliedCents: 0,
  because: [],
  decidedBy: 'engine',
  decidedAt: new Date().toISOString(),
});

/** What reconciliation says when money was applied. */
export const allocated = (organisationId: string, paymentId: string, ...told: Told[]): OutgoingEvent =>
  PaymentAllocated.create(
    { ...decided(paymentId, told), decision: 'auto', receipt: 'TEST1', payer: { msisdn: null }, balanceCents: 0 },
    { organisationId, subject: { id: paymentId, version: 1 }, at: new Date() },
  );

/** What reconciliation says when it was taken back. */
export const undone = (
  organisationId: string,
  paymentId: string,
  ...told: Omit<Told, 'amountCents'>[]
): OutgoingEvent =>
  AllocationUndone.create(
    {
      ...decided(
        paymentId,
        told.map((one) => ({ ...one, amountCents: 0 })),
      ),
      decision: 'undone',
    },
    { organisationId, subject: { id: paymentId, version: 2 }, at: new Date() },
  );

export { eventually } from '@malipo/test-kit';
