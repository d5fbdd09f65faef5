import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Business, openBusiness } from './src/business.ts';
import { startPlatform, type TestPlatform } from './src/platform.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from './src/trace-receiver.ts';

const RECEIPT = 'TRACED0001';

/** Found anywhere in spans or logs, these betray a person. */
const CANARY = {
  phone: '254711987654',
  local: '0711987654',
  firstName: 'ZUHURA',
  lastName: 'KANARIA',
  customerName: 'Zuhura Kanaria',
  reference: 'PLOT77KANARY',
  email: 'zuhura@kanary.example',
};

let collector: TraceReceiver;
let platform: TestPlatform;
let business: Business;

beforeAll(async () => {
  collector = await startTraceReceiver();
  platform = await startPlatform({
    ownProcess: true,
    env: { MALIPO_TRACE_URL: collector.url, MALIPO_TRACE_RATIO: '1', MALIPO_LOG_LEVEL: 'debug' },
  });
  business = await openBusiness(platform, 'Traced Stores');
});
afterAll(async () => {
  await platform?.stop();
  await collector?.close();
});

/** The customer who pays: everything that is known of the payer is a canary. */
async function pay(): Promise<string> {
  const customer = await business.api.post<{ id: string }>('/api/v1/customers', {
    name: CANARY.customerName,
    phone: CANARY.local,
    email: CANARY.email,
    accountNumber: CANARY.reference,
  });
  const { id } = await business.api.post<{ id: string }>('/api/v1/invoices', {
    customerId: customer.id,
    lines: [{ description: 'Rent', unitPriceCents: 450_000 }],
  });
  await business.api.post(`/api/v1/invoices/${id}/issue`);
  // an invoice that is heard of after its money settles it in a trace of its own
  const entries = () => business.api.get<{ data: unknown[] }>(`/api/v1/ledger/entries?invoiceId=${id}`);
  await expect.poll(async () => (await entries()).data.length).toBe(1);
  const { status } = await platform.sandbox.mpesa.forge({
    url: business.callbackUrls.confirmation,
    fields: {
      TransID: RECEIPT,
      TransAmount: '4500.00',
      BusinessShortCode: business.shortcode,
      BillRefNumber: CANARY.reference,
      MSISDN: CANARY.phone,
      FirstName: CANARY.firstName,
      LastName: CANARY.lastName,
    },
  });
  expect(status).toBe(200);
  return id;
}

/** The spans of the trace that the confirmation began, once it has reached the message to the payer. */
async function traceOfPayment(): Promise<ReceivedSpan[]> {
  const ids = () => collector.spans.filter((span) => span.name.startsWith('send sms')).map((span) => span.traceId);
  await expect.poll(ids).toHaveLength(1);
  const [traceId] = ids();
  const services = () => [...new Set(spans().map((span) => span.service))];
  const spans = () => collector.spans.filter((span) => span.traceId === traceId);
  await expect
    .poll(services)
    .toEqual(expect.arrayContaining(['gateway', 'payment', 'reconciliation', 'invoice', 'notification', 'analytics']));
  return spans();
}

test('one trace runs unbroken from the callback to the message, and tells of nobody', async () => {
  const invoiceId = await pay();
  await expect.poll(async () => (await business.invoice(invoiceId)).status).toBe('paid');
  const spans = await traceOfPayment();

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots = spans.filter((span) => !byId.has(span.parentSpanId));
  expect(roots.map(({ service, name }) => `${service}: ${name}`)).toEqual([
    expect.stringMatching(/^gateway: POST \/callbacks/),
  ]);
  expect(roots.map((span) => span.parentSpanId)).toEqual(['']);

  const pathTo = (span: ReceivedSpan | undefined): string[] => {
    const parent = span && byId.get(span.parentSpanId);
    return span ? [...(parent ? pathTo(parent) : []), span.service] : [];
  };
  const arrives = (service: string, event: string) =>
    pathTo(spans.find((span) => span.service === service && span.name.includes(event)));
  expect(arrives('invoice', 'payment.allocated')).toEqual(['gateway', 'payment', 'reconciliation', 'invoice']);
  expect(pathTo(spans.find((span) => span.name.startsWith('send sms')))).toEqual(
    expect.arrayContaining(['gateway', 'payment', 'reconciliation', 'notification']),
  );

  const secret = /[0-9a-f]{32}/.exec(business.callbackUrls.confirmation)?.[0] ?? 'no secret';
  const canaries = {
    ...CANARY,
    secret,
    accessToken: business.token,
    refreshToken: business.refreshToken,
    key: platform.env['MALIPO_SECRET_KEY'] ?? '',
  };
  await expect.poll(() => readFile(platform.logFile, 'utf8')).toContain('"service":"notification"');
  const log = await readFile(platform.logFile, 'utf8');
  const [payment] = await business.payments(RECEIPT);
  expect(collector.text()).toContain(payment!.id);
  expect(log).toContain(business.channelId);
  for (const [where, text] of Object.entries({ spans: collector.text(), log }))
    expect(
      Object.entries(canaries).filter(([, value]) => text.toLowerCase().includes(value.toLowerCase())),
      `personal data or secrets in ${where}`,
    ).toEqual([]);
});
