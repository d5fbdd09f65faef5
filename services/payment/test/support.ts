import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startService } from '@malipo/service-kit';
import { collectTopic, createSlice, freePort, type Slice, type TestKeys, testKeys } from '@malipo/test-kit';
import { eatStamp, newId } from '@malipo/values';
import { expect, vi } from 'vitest';
import { payment } from '../src/service.ts';

const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');

export type Answer<Body = Record<string, never>> = { status: number; body: Body; headers: Headers };
export type Call = <Body = ChannelBody>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<Body>>;

export type Urls = Record<'validation' | 'confirmation' | 'stk' | 'result' | 'timeout' | 'pull', string>;
export type ChannelBody = { id: string; callbackUrls: Urls; retireOldAt: string | null; code: string };
export type PaymentBody = {
  id: string;
  transactionId: string;
  status: string;
  amountCents: number;
  reference: string | null;
  evidence: string[];
  repeats: number;
  flags: string[];
  paymentRequestId: string | null;
  allocations: { invoiceNumber: string; amountCents: number }[];
  [field: string]: unknown;
};
export type RequestBody = {
  id: string;
  status: string;
  paymentId: string | null;
  checkoutRequestId: string | null;
  resultCode: string | null;
  code: string;
};
export type Page<Row> = { data: Row[]; page: { next: string | null } };

/** A slice of the real stack with one or more payment services on it, and what tests do through its door. */
export async function startWorld(env: Record<string, string> = {}, clock = () => new Date()) {
  const slice = createSlice();
  const keys = await testKeys();
  const stops: (() => Promise<unknown>)[] = [];
  const instance = async (more: Record<string, string>) => {
    const spool = await mkdtemp(path.join(tmpdir(), 'malipo-spool-'));
    const url = `http://127.0.0.1:${await freePort()}`;
    const own = { MALIPO_PAYMENT_PORT: new URL(url).port, MALIPO_PUBLIC_URL: url, MALIPO_SPOOL_DIR: spool };
    const settings = slice.env({ ...own, MALIPO_JWKS_URL: keys.jwksUrl, ...env, ...more });
    return { url, spool, settings, forget: () => rm(spool, { recursive: true, force: true }) };
  };
  const start = async (more: Record<string, string> = {}, now = clock) => {
    const { settings, forget } = await instance(more);
    const running = await startService(payment, { env: settings, now });
    stops.push(() => running.stop().then(forget));
    return running;
  };
  /** An instance in a process of its own, which can be killed. */
  const spawnOne = async (more: Record<string, string> = {}) => {
    const { url, spool, settings, forget } = await instance(more);
    const child = fork(MAIN, { env: settings, execArgv: [], stdio: 'ignore' });
    const ended = once(child, 'exit');
    const kill = () => {
      child.kill('SIGKILL');
      return ended;
    };
    stops.push(() => kill().then(forget));
    await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), { timeout: 40_000 });
    return { url, spool, kill };
  };
  const first = await start();
  return {
    slice,
    start,
    spawn: spawnOne,
    url: first.url,
    app: first.app,
    organisation: (roles?: readonly string[]) => joinOrganisation(keys, first.url, newId(), roles),
    member: (organisationId: string, roles: readonly string[], url = first.url) =>
      joinOrganisation(keys, url, organisationId, roles),
    events: () => collectTopic(slice, 'payment.events'),
    /** What was answered from the spool is in the database then. */
    untilSpoolIsEmpty: (url = first.url) => untilSpoolIsEmpty(url),
    async close() {
      for (const stop of stops) await stop();
      await slice.drop();
      await keys.close();
    },
  };
}

const untilSpoolIsEmpty = (url: string) =>
  vi.waitFor(async () => expect(await metricOf(url, 'malipo_spool_bytes')).toBe(0), { timeout: 40_000 });

/** A metric without labels of its own, as a service tells it. */
export const metricOf = async (url: string, name: string): Promise<number> =>
  Number(new RegExp(`^${name}\\{.*\\} (\\d+)`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

export type World = Awaited<ReturnType<typeof startWorld>>;
export type Organisation = Awaited<ReturnType<typeof joinOrganisation>>;

async function joinOrganisation(keys: TestKeys, url: string, id: string, roles?: readonly string[]) {
  const token = await keys.tokenFor({ organisationId: id, ...(roles ? { roles } : {}) });
  const call: Call = async <Body>(
    method: string,
    to: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>> => {
    const response = await fetch(`${url}${to}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };
  const openChannel = async (more: Record<string, unknown> = {}): Promise<ChannelBody> => {
    const wanted = { rail: 'mpesa', kind: 'paybill', shortcode: '600999', name: 'Shop', mode: 'test', ...more };
    const { status, body } = await call<ChannelBody>('POST', '/api/v1/payment-channels', wanted);
    if (status !== 201) throw new Error(`no channel: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  /** A callback that was slow to be written is in the database only once it came by the spool. */
  const paymentsOf = async (receipt?: string): Promise<PaymentBody[]> => {
    await untilSpoolIsEmpty(url);
    const query = receipt === undefined ? '' : `?transactionId=${encodeURIComponent(receipt)}`;
    return (await call<Page<PaymentBody>>('GET', `/api/v1/payments${query}`)).body.data;
  };
  const unreadable = async (channelId: string) => {
    type Row = { reason: string; count: number; body: string; bytes: number };
    await untilSpoolIsEmpty(url);
    return (await call<Page<Row>>('GET', `/api/v1/payment-channels/${channelId}/unreadable-callbacks`)).body.data;
  };
  return { id, call, openChannel, paymentsOf, unreadable };
}

/** A confirmation as M-Pesa posts it; give only what the test is about. */
export const confirmation = (changes: Record<string, unknown> = {}) => ({
  TransactionType: 'Pay Bill',
  TransID: 'UAF5X0A1B2',
  TransTime: eatStamp(new Date()),
  TransAmount: '1500.00',
  BusinessShortCode: '600999',
  BillRefNumber: 'inv 0042',
  InvoiceNumber: '',
  OrgAccountBalance: '91500.00',
  ThirdPartyTransID: '',
  MSISDN: '2547*****126',
  FirstName: 'JANE',
  MiddleName: '',
  LastName: 'DOE',
  ...changes,
});

/** An STK success as M-Pesa posts it. */
export const stkSuccess = (changes: { receipt?: string; amount?: number; checkoutRequestId?: string } = {}) => ({
  Body: {
    stkCallback: {
      MerchantRequestID: '2654-4b64-97ff-b827b5420000000001',
      CheckoutRequestID: changes.checkoutRequestId ?? 'ws_CO_15012026083045123700000001',
      ResultCode: 0,
      ResultDesc: 'The service request is processed successfully.',
      CallbackMetadata: {
        Item: [
          { Name: 'Amount', Value: changes.amount ?? 1500.0 },
          { Name: 'MpesaReceiptNumber', Value: changes.receipt ?? 'UAF5X0A1B2' },
          { Name: 'Balance' },
          { Name: 'TransactionDate', Value: Number(eatStamp(new Date())) },
          { Name: 'PhoneNumber', Value: 254700000001 },
        ],
      },
    },
  },
});

export const stkFailure = (code: number | string, checkoutRequestId = 'ws_CO_1') => ({
  Body: {
    stkCallback: {
      MerchantRequestID: '1',
      CheckoutRequestID: checkoutRequestId,
      ResultCode: code,
      ResultDesc: 'Request cancelled by user',
    },
  },
});

/** Posts to a callback address, to another instance where one is named. */
export async function deliver(
  callbackUrl: string,
  body: unknown,
  options: { base?: string; headers?: Record<string, string> } = {},
) {
  const { pathname } = new URL(callbackUrl);
  const response = await fetch(options.base ? `${options.base}${pathname}` : callbackUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

export const SUCCESS = '{"ResultCode":0,"ResultDesc":"Success"}';
export const ACCEPTED = '{"ResultCode":0,"ResultDesc":"Accepted"}';

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

export type { Slice };
