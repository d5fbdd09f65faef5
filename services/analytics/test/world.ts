import {
  InvoiceIssued,
  InvoicePaymentApplied,
  InvoiceVoided,
  PaymentAllocated,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentReversed,
  PaymentUnmatched,
  SuggestionRefused,
} from '@malipo/events';
import { type DataOf, type Running, startService } from '@malipo/service-kit';
import { openLetterBox } from '@malipo/service-kit/dead-letters';
import { createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { addDays, eatDay, newId } from '@malipo/values';
import { analytics } from '../src/service.ts';

/** An analytics service over topics of its own. */
export async function createWorld() {
  const slice = createSlice();
  const keys = await testKeys();
  const running: Running[] = [];
  const start = async (more: Record<string, string> = {}) => {
    const env = slice.env({ MALIPO_ANALYTICS_PORT: '0', MALIPO_JWKS_URL: keys.jwksUrl, ...more });
    const one = await startService(analytics, { env });
    running.push(one);
    return one;
  };
  const service = await start();
  const publisher = await createTestPublisher(slice);
  const get = async (organisationId: string, path: string, from: Running = service) => {
    const authorization = `Bearer ${await keys.tokenFor({ organisationId, roles: ['viewer'] })}`;
    const answer = await from.app.inject({ url: `/api/v1/analytics${path}`, headers: { authorization } });
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  };
  return {
    service,
    start,
    publish: publisher.publish,
    publishRaw: publisher.raw,
    /** The subscriptions that messages wait for in the dead letters. */
    waiting: async () => {
      const box = await openLetterBox(slice.env());
      const letters = await box.list();
      await box.close();
      return letters.filter((letter) => letter.waiting).map(({ group }) => group);
    },
    get,
    summary: async (organisationId: string, query = '', from: Running = service) =>
      (await get(organisationId, `/summary${query}`, from)).body,
    close: async () => {
      await Promise.all(running.map((one) => one.stop()));
      await publisher.close();
      await keys.close();
      await slice.drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export { eventually } from '@malipo/test-kit';

export const today = eatDay(new Date());
export const daysAgo = (days: number): string => addDays(today, -days);
/** Noon in Nairobi, so that no test depends on the hour. */
const noon = (day: string): string => `${day}T09:00:00.000Z`;

const about = (organisationId: string, id: string, version: number, at = new Date()) => ({
  organisationId,
  subject: { id, version },
  at,
});

type Payment = Partial<DataOf<typeof PaymentReceived>> & { day?: string };

const payment = ({ day = today, ...facts }: Payment) => ({
  paymentId: newId(),
  mode: 'live' as const,
  rail: 'mpesa' as const,
  channelId: newId(),
  channelKind: 'paybill' as const,
  shortcode: '600100',
  receipt: 'UAF5X0A1B2',
  amountCents: 100_000,
  currency: 'KES',
  reference: null,
  narrative: null,
  number: { form: 'none' as const, value: '' as const },
  payerNames: [],
  requestId: null,
  request: null,
  flags: [],
  paidAt: noon(day),
  receivedAt: new Date().toISOString(),
  ...facts,
});

export const received = (organisationId: string, { at, ...facts }: Payment & { at?: Date } = {}) => {
  const data = payment(facts);
  return {
    paymentId: data.paymentId,
    event: PaymentReceived.create(data, about(organisationId, data.paymentId, 1, at)),
  };
};

type Evidence = Payment & { paymentId: string; evidence: DataOf<typeof PaymentEvidenceAdded>['evidence'] };

/** A payment as it is told by its second message. */
export const toldAgain = (organisationId: string, { evidence, ...facts }: Evidence) =>
  PaymentEvidenceAdded.create({ ...payment(facts), evidence }, about(organisationId, facts.paymentId, 2));

export const reversed = (organisationId: string, paymentId: string) =>
  PaymentReversed.create(
    {
      paymentId,
      mode: 'live',
      rail: 'mpesa',
      shortcode: '600100',
      currency: 'KES',
      amountCents: 100_000,
      reversalReceipt: 'UAF5X0A1B3',
      reversedAt: new Date().toISOString(),
    },
    about(organisationId, paymentId, 9),
  );

type Decided = Partial<DataOf<typeof PaymentUnmatched>> & { version?: number };

const decision = (paymentId: string, facts: Omit<Decided, 'version'>) => ({
  paymentId,
  matchId: paymentId,
  mode: 'live' as const,
  currency: 'KES',
  amountCents: 100_000,
  decision: 'auto' as const,
  reason: 'none',
  confidence: 1,
  customerId: null,
  allocations: [],
  creditCents: 0,
  unappliedCents: 0,
  because: [],
  decidedBy: 'engine',
  decidedAt: new Date().toISOString(),
  ...facts,
});

export const matched = (organisationId: string, paymentId: string, { version = 1, ...facts }: Decided = {}) =>
  PaymentAllocated.create(
    { ...decision(paymentId, facts), receipt: 'UAF5X0A1B2', payer: { msisdn: null }, balanceCents: 0 },
    about(organisationId, paymentId, version),
  );

export const unmatched = (organisationId: string, paymentId: string, { version = 1, ...facts }: Decided = {}) =>
  PaymentUnmatched.create(
    decision(paymentId, { decision: 'unmatched', unappliedCents: 100_000, ...facts }),
    about(organisationId, paymentId, version),
  );

export const refused = (organisationId: string, paymentId: string, version: number) =>
  SuggestionRefused.create(
    { paymentId, customerId: null, refusedBy: newId(), reason: '' },
    about(organisationId, paymentId, version),
  );

type Invoice = Partial<DataOf<typeof InvoiceIssued>> & { at?: Date };

export const issued = (organisationId: string, { at, ...facts }: Invoice = {}) => {
  const invoiceId = facts.invoiceId ?? newId();
  const totalCents = facts.totalCents ?? 300_000;
  const event = InvoiceIssued.create(
    {
      invoiceId,
      customerId: newId(),
      number: 'INV-1',
      description: '',
      currency: 'KES',
      issuedOn: today,
      dueDate: today,
      totalCents,
      balanceCents: totalCents,
      ...facts,
    },
    about(organisationId, invoiceId, 1, at),
  );
  return { invoiceId, event };
};

export const applied = (organisationId: string, invoiceId: string, balanceCents: number, version: number) =>
  InvoicePaymentApplied.create(
    {
      invoiceId,
      customerId: newId(),
      paymentId: newId(),
      currency: 'KES',
      appliedCents: 1,
      roundingCents: 0,
      balanceCents,
      status: balanceCents > 0 ? 'partially_paid' : 'paid',
    },
    about(organisationId, invoiceId, version),
  );

export const voided = (organisationId: string, invoiceId: string, at?: Date) =>
  InvoiceVoided.create(
    { invoiceId, customerId: newId(), number: 'INV-1', currency: 'KES', totalCents: 300_000 },
    about(organisationId, invoiceId, 2, at),
  );
