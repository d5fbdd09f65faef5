import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { MatchView, TrialBalance } from '@malipo/api-contracts';
import { CustomerSaved, InvoiceIssued, PaymentReceived, PaymentRequestPrompted } from '@malipo/events';
import { reconciliation } from '@malipo/reconciliation';
import { createEngine } from '@malipo/scripts/recon-engine/engine';
import { toCustomer, toInvoice, toPayment } from '@malipo/scripts/recon-engine/facts';
import type { RawDataset, RawPayment, RawPrediction, RawRequest } from '@malipo/scripts/recon-engine/records';
import { type OutgoingEvent, startService } from '@malipo/service-kit';
import { collectTopic, createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { derivedId, readPayerNumber } from '@malipo/values';
import { expect, test } from 'vitest';

type Month = RawDataset & { payments: RawPayment[]; truth: { payment_id: string; expected: string }[] };

const FILE = path.join(import.meta.dirname, '../bench/matching/data/dev-small-104.json.gz');
const FIRST_DAY = '2026-01-01';
/** After the test: the service looks again at money that waits once other money has paid its customer's invoices. */
const SECOND_LOOK_MS = 3_600_000;

/**
 * The small month as both sides can play it: ids as the platform has them, every invoice issued before the first payment
 * (the service decides again when one comes later, the command line does not), and only messages that are new money (the
 * payment service lets no others through).
 */
function readMonth(): Month {
  const month = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Month;
  const id = (raw: string) => derivedId('month', raw);
  const isNews = new Set(
    month.truth
      .filter((one) => one.expected !== 'duplicate' && one.expected !== 'reversal')
      .map((one) => one.payment_id),
  );
  return {
    ...month,
    history: [],
    customers: month.customers.map((raw) => ({ ...raw, id: id(raw.id), tenant_id: id(raw.tenant_id) })),
    invoices: month.invoices
      .filter((raw) => raw.balance_cents > 0)
      .map((raw) => ({
        ...raw,
        id: id(raw.id),
        tenant_id: id(raw.tenant_id),
        customer_id: id(raw.customer_id),
        amount_cents: raw.balance_cents,
        issue_date: FIRST_DAY,
      })),
    requests: month.requests.map((raw) => ({
      ...raw,
      checkout_request_id: id(raw.checkout_request_id),
      tenant_id: id(raw.tenant_id),
      invoice_id: id(raw.invoice_id),
    })),
    payments: month.payments
      .filter((raw) => isNews.has(raw.id) && raw.type === 'payment')
      .map((raw) => ({
        ...raw,
        id: id(raw.id),
        tenant_id: id(raw.tenant_id),
        checkout_request_id: raw.checkout_request_id && id(raw.checkout_request_id),
      })),
  };
}

const about = (organisationId: string, id: string) => ({
  organisationId,
  subject: { id, version: 1 },
  at: new Date(`${FIRST_DAY}T06:00:00Z`),
});

const owedEvents = (month: Month): OutgoingEvent[] => [
  ...month.customers.map((raw) => {
    const { customerId, name, isCompany, phones, accountNumbers, contacts } = toCustomer(raw);
    const people = contacts.map((contact) => ({ name: contact.name, phone: null, relation: null }));
    return CustomerSaved.create(
      {
        customerId,
        name,
        isCompany,
        phone: phones[0] ?? null,
        email: null,
        accountNumbers: [...accountNumbers],
        contacts: people,
        locale: null,
      },
      about(raw.tenant_id, customerId),
    );
  }),
  ...month.invoices.map((raw) => {
    const { issueDay: issuedOn, dueDay: dueDate, ...invoice } = toInvoice(raw, raw.balance_cents);
    return InvoiceIssued.create({ ...invoice, issuedOn, dueDate }, about(raw.tenant_id, invoice.invoiceId));
  }),
];

const requestEvent = (raw: RawRequest): OutgoingEvent =>
  PaymentRequestPrompted.create(
    {
      requestId: raw.checkout_request_id,
      channelId: derivedId('month', 'channel'),
      mode: 'test',
      invoiceId: raw.invoice_id,
      customerId: null,
      accountReference: '',
      amountCents: raw.amount_cents,
      promptedAt: new Date(raw.requested_at).toISOString(),
    },
    about(raw.tenant_id, raw.checkout_request_id),
  );

function paymentEvent(raw: RawPayment): OutgoingEvent {
  const { channel: channelKind, paidAt, receivedAt, reversesReceipt: _, payerNames, flags, ...fact } = toPayment(raw);
  const number = readPayerNumber(raw.msisdn);
  return PaymentReceived.create(
    {
      ...fact,
      number,
      channelKind,
      mode: 'test',
      rail: channelKind === 'airtel' || channelKind === 'bank' ? channelKind : 'mpesa',
      channelId: derivedId('month', 'channel'),
      shortcode: '600100',
      payerNames: [...payerNames],
      flags: [...flags],
      request: null,
      paidAt: new Date(paidAt).toISOString(),
      receivedAt: new Date(receivedAt).toISOString(),
    },
    about(raw.tenant_id, raw.id),
  );
}

/** Payments in the order of their arrival, each after the prompts that were sent before it. */
function moneyEvents(month: Month): OutgoingEvent[] {
  const requests = month.requests.toSorted((one, other) => one.requested_at.localeCompare(other.requested_at));
  let sent = 0;
  return month.payments.flatMap((payment) => {
    const from = sent;
    while ((requests[sent]?.requested_at ?? '~') <= payment.received_at) sent++;
    return [...requests.slice(from, sent).map(requestEvent), paymentEvent(payment)];
  });
}

/** A decision as both sides say it. */
type Said = Pick<RawPrediction, 'decision' | 'confidence' | 'customer_id' | 'reason'> & { allocations: string[] };

const byCommandLine = ({ decision, confidence, customer_id, reason, allocations }: RawPrediction): Said => ({
  decision,
  confidence,
  customer_id,
  reason,
  allocations: allocations.map((part) => `${part.invoice} ${part.amount_cents}`).sort(),
});

function byService({ status, reason, proposal }: MatchView): Said {
  if (!proposal || status === 'unmatched')
    return { decision: 'none', confidence: 0, customer_id: null, reason, allocations: [] };
  return {
    decision: status === 'auto' ? 'auto' : 'suggest',
    confidence: proposal.confidence,
    customer_id: proposal.customerId,
    reason,
    allocations: proposal.allocations.map((part) => `${part.invoiceId} ${part.amountCents}`).sort(),
  };
}

test('a small month through Kafka and MongoDB ends in the very decisions of the command line', async () => {
  const month = readMonth();
  const engine = createEngine(month);
  const expected = new Map(month.payments.map((raw) => [raw.id, byCommandLine(engine.predict(raw))]));
  const slice = createSlice();
  const keys = await testKeys();
  const running = await startService(reconciliation, {
    env: slice.env({
      MALIPO_JWKS_URL: keys.jwksUrl,
      MALIPO_RECONCILIATION_PORT: '0',
      MALIPO_RECONCILIATION_WAKE_MS: String(SECOND_LOOK_MS),
    }),
  });
  const publisher = await createTestPublisher(slice);
  const out = await collectTopic(slice, 'reconciliation.events');
  const get = async <Body>(organisationId: string, url: string): Promise<Body> => {
    const headers = { authorization: `Bearer ${await keys.tokenFor({ organisationId })}` };
    return (await running.app.inject({ url: `/api/v1${url}`, headers })).json<Body>();
  };
  try {
    await publisher.publish(...owedEvents(month));
    for (const [organisationId, invoices] of Map.groupBy(month.invoices, (raw) => raw.tenant_id)) {
      const owed = invoices.reduce((sum, raw) => sum + raw.balance_cents, 0);
      await expect.poll(async () => receivableIn(await get(organisationId, '/ledger/trial-balance'))).toBe(owed);
    }
    await publisher.publish(...moneyEvents(month));
    const decided = () => new Set(out.events.map((event) => event.subject.id)).size;
    await expect.poll(decided, { timeout: 60_000 }).toBe(month.payments.length);
    const said = new Map<string, Said>();
    for (const { id, tenant_id } of month.payments)
      said.set(id, byService(await get<MatchView>(tenant_id, `/reconciliation/matches/${id}`)));
    expect([...said.values()].filter((one) => one.decision === 'auto').length).toBeGreaterThan(
      month.payments.length / 2,
    );
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(expected));
  } finally {
    await Promise.all([publisher.close(), out.close(), running.stop()]);
    await keys.close();
    await slice.drop();
  }
}, 120_000);

const receivableIn = (balance: TrialBalance): number =>
  balance.currencies.flatMap((one) => one.accounts).find((row) => row.account === 'receivable')?.balanceCents ?? 0;
