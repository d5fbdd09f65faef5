import type { MatchView, ReconciliationStatus, TrialBalance } from '@malipo/api-contracts';
import { type Base, type OutgoingEvent, type Running, startService } from '@malipo/service-kit';
import { collectTopic, createSlice, createTestPublisher, eventually, type Slice, testKeys } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { expect } from 'vitest';
import type { Deps } from '../src/commands/work.ts';
import { reconciliation } from '../src/service.ts';
import { customerSaved, invoiceIssued } from './builders.ts';

type Answer<Body> = { status: number; body: Body; headers: Record<string, unknown> };
type Problem = { code: string };
export type Page = { data: MatchView[]; page: { next: string | null; prev: string | null } };

/** A service on real infrastructure, seen from outside: events in, events out, HTTP. */
export async function openWorld(now?: () => Date, settings: Record<string, string> = {}) {
  const slice: Slice = createSlice();
  const keys = await testKeys();
  const running: Running[] = [];
  const environment = (more: Record<string, string> = {}) =>
    slice.env({ MALIPO_JWKS_URL: keys.jwksUrl, MALIPO_RECONCILIATION_PORT: '0', ...settings, ...more });
  const start = async (more: Record<string, string> = {}, service = reconciliation): Promise<Running> => {
    const one = await startService(service, { env: environment(more), ...(now ? { now } : {}) });
    running.push(one);
    return one;
  };
  const first = await start();
  const publisher = await createTestPublisher(slice);
  const out = await collectTopic(slice, 'reconciliation.events');
  return {
    slice,
    first,
    start,
    environment,
    out,
    /** Publishes what is owed and waits until it is known: the two topics promise no order between them. */
    async owe(organisationId: string, ...debtors: Pick<Debtor, 'events' | 'invoice'>[]) {
      await publisher.publish(...debtors.flatMap((debtor) => debtor.events));
      const api = client(first, () => keys.tokenFor({ organisationId }));
      for (const { invoice } of debtors)
        await eventually(
          async () => (await api.get<Page>(`/ledger/entries?invoiceId=${invoice.invoiceId}`)).body.data.length,
        ).toBeGreaterThan(0);
    },
    publish: (...events: OutgoingEvent[]) => publisher.publish(...events),
    as: (organisationId: string, roles: readonly string[] = ['owner'], at: Running = first, userId?: string) =>
      client(at, () => keys.tokenFor({ organisationId, roles, ...(userId ? { userId } : {}) })),
    async close() {
      await Promise.all([publisher.close(), out.close()]);
      await Promise.all(running.map((one) => one.stop()));
      await keys.close();
      await slice.drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
export type Unfed = Awaited<ReturnType<typeof openUnfed>>;
export type Debtor = ReturnType<typeof debtor>;
export type Client = ReturnType<typeof client>;

function client(at: Running, token: () => Promise<string>) {
  const call = async <Body>(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> => {
    const answer = await at.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { authorization: `Bearer ${await token()}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: answer.statusCode, body: answer.json<Body>(), headers: answer.headers };
  };
  return {
    get: <Body>(url: string) => call<Body>('GET', url),
    post: <Body = MatchView & Problem>(url: string, body?: unknown, headers?: Record<string, string>) =>
      call<Body>('POST', url, body, headers),
    put: <Body>(url: string, body: unknown) => call<Body>('PUT', url, body),
    match: async (paymentId: string) => (await call<MatchView>('GET', `/reconciliation/matches/${paymentId}`)).body,
    queue: async (query = '') => (await call<Page>('GET', `/reconciliation/review-queue${query}`)).body.data,
    status: async () => (await call<ReconciliationStatus>('GET', '/reconciliation/status')).body,
    balance: async (query = '') => (await call<TrialBalance>('GET', `/ledger/trial-balance${query}`)).body,
    decide: (
      paymentId: string,
      verb: 'confirm' | 'reject' | 'undo',
      body?: unknown,
      headers?: Record<string, string>,
    ) => call<MatchView & Problem>('POST', `/reconciliation/matches/${paymentId}/${verb}`, body, headers),
  };
}

export { eventually };

/** Waits until a payment stands where it should. */
export const untilMatch = (api: Client, paymentId: string, status: string) =>
  eventually(async () => (await api.match(paymentId)).status).toBe(status);

/** An account's balance in KES: debits less credits. */
export async function balanceOf(api: Client, account: string, query = ''): Promise<number> {
  const balance = await api.balance(query);
  expect(balance.balanced).toBe(true);
  const lines = balance.currencies.find((one) => one.currency === 'KES')?.accounts ?? [];
  return lines.find((line) => line.account === account)?.balanceCents ?? 0;
}

/**
 * The service without its consumer: slices are handed to `deps`, so that a commit can be made to fail.
 * @param without its jobs, too, where nothing may write but what the test asks for
 */
export async function openUnfed(without: { jobs?: () => [] } = {}) {
  const slice = createSlice();
  const seen: { deps?: Deps } = {};
  const deps = (base: Base<never>): Deps => {
    seen.deps = reconciliation.deps(base);
    return seen.deps;
  };
  const service = { ...reconciliation, deps, subscriptions: () => [], ...without };
  const running = await startService(service, { env: slice.env({ MALIPO_RECONCILIATION_PORT: '0' }) });
  if (!seen.deps) throw new Error('a service that started has its parts');
  return {
    running,
    deps: seen.deps,
    async close() {
      await running.stop();
      await slice.drop();
    },
  };
}

let count = 0;

/** A customer with one open invoice, and the payer's number that fits. */
export function debtor(organisationId: string, totalCents: number, more: { dueDate?: string } = {}) {
  const n = ++count;
  const customerId = newId();
  const phone = `2547${String(20_000_000 + n)}`;
  const name = `Wanjiku Number${n}`;
  const invoice = {
    invoiceId: newId(),
    customerId,
    number: `INV-2026-${String(10_000 + n * 37)}`,
    totalCents,
    ...more,
  };
  return {
    customerId,
    phone,
    name,
    invoice,
    events: [customerSaved(organisationId, { customerId, name, phone }), invoiceIssued(organisationId, invoice)],
    /** A payment that names the invoice, from the customer's own phone. */
    pays: (amountCents: number) => ({
      paymentId: newId(),
      amountCents,
      reference: invoice.number,
      number: { form: 'full' as const, value: phone },
      payerNames: ['WANJIKU'],
    }),
  };
}

/** A payment that fits nobody. */
export const nobody = (amountCents: number) => ({ paymentId: newId(), amountCents, reference: null });
