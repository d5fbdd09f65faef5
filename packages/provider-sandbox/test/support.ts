import { constants, publicEncrypt } from 'node:crypto';
import fastify from 'fastify';
import { createSandbox, type Sandbox, type SandboxOptions, type ShortcodeOptions, stkPassword } from '../src/index.ts';
import {
  type Answer,
  answerIn,
  type Posted,
  postedIn,
  type Result,
  resultIn,
  type StkCallback,
  stkCallbackIn,
} from './bodies.ts';

export interface Received {
  path: string;
  contentType: string;
  /** The caller's address as the socket has it. */
  peer: string;
  headers: Record<string, unknown>;
  raw: string;
  json: unknown;
  form: Record<string, string>;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Bodies that arrived at a path, in order. */
  bodies(path: string): unknown[];
  /** The same of confirmations and validations. */
  at(path: string): Posted[];
  /** Callbacks of prompts at `/stk`. */
  stk(): StkCallback[];
  /** Results of the initiator's calls. */
  results(): Result[];
  /** Decides answers; 200 with Daraja's acknowledgement by default. `never` leaves the caller waiting. */
  answer: (received: Received) => { status?: number; body?: unknown } | 'never' | Promise<{ body?: unknown }>;
  close(): Promise<void>;
}

/** A receiver of callbacks that keeps the exact bytes. */
export async function startReceiver(): Promise<Receiver> {
  const app = fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const receiver: Receiver = {
    url: '',
    received: [],
    bodies: (path) => receiver.received.filter((one) => one.path === path).map((one) => one.json),
    at: (path) => receiver.bodies(path).map(postedIn),
    stk: () => receiver.bodies('/stk').map(stkCallbackIn),
    results: () => receiver.bodies('/result').map(resultIn),
    answer: () => ({}),
    close: () => app.close(),
  };
  app.post('/*', async (request, reply) => {
    const raw = String(request.body);
    const contentType = request.headers['content-type'] ?? '';
    const json: unknown = contentType.includes('json') ? JSON.parse(raw) : undefined;
    const form = contentType.includes('form') ? Object.fromEntries(new URLSearchParams(raw)) : {};
    const received = { path: request.url, contentType, peer: request.ip, headers: request.headers, raw, json, form };
    receiver.received.push(received);
    const answer = await receiver.answer(received);
    if (answer === 'never') return reply.hijack();
    const status = 'status' in answer ? (answer.status ?? 200) : 200;
    return reply.code(status).send(answer.body ?? { ResultCode: 0, ResultDesc: 'Accepted' });
  });
  receiver.url = await app.listen({ host: '127.0.0.1', port: 0 });
  return receiver;
}

export interface Clock {
  now: () => Date;
  set(iso: string): void;
  forward(ms: number): void;
}

/** 2026-01-15 08:31:12 in Nairobi, until moved. */
export function createClock(iso = '2026-01-15T05:31:12Z'): Clock {
  let time = Date.parse(iso);
  return {
    now: () => new Date(time),
    set: (next) => {
      time = Date.parse(next);
    },
    forward: (ms) => {
      time += ms;
    },
  };
}

export const PAYBILL: ShortcodeOptions = {
  shortcode: '600999',
  kind: 'paybill',
  consumerKey: 'key',
  consumerSecret: 'secret',
  passkey: 'example-passkey',
  organisationName: 'ACME LTD',
  openingBalanceCents: 9_000_000,
  initiator: { name: 'apiop', password: 'Test#2026' },
};

export const TILL: ShortcodeOptions = { ...PAYBILL, shortcode: '555111', storeNumber: '777222', kind: 'till' };

/** A sandbox whose callbacks come at once, with one paybill. */
export async function startSandbox(options: SandboxOptions = {}, shortcode = PAYBILL): Promise<Sandbox> {
  const timings = { callbackDelayMs: 0, ...options.timings };
  const sandbox = await createSandbox({ seed: 7, now: createClock().now, ...options, timings });
  sandbox.mpesa.addShortcode(shortcode);
  return sandbox;
}

export interface Reply {
  status: number;
  type: string;
  text: string;
  json: unknown;
  /** The same, to look into. */
  said: Answer;
  headers: Headers;
}

export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const json: unknown = type.includes('json') && text ? JSON.parse(text) : undefined;
  return { status: response.status, type, text, json, said: answerIn(json), headers: response.headers };
}

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  call(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

export const basic = (key = 'key', secret = 'secret'): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
});

export const getToken = async (sandbox: Sandbox, key = 'key', secret = 'secret'): Promise<string> =>
  (await call(`${sandbox.url}/oauth/v1/generate?grant_type=client_credentials`, { headers: basic(key, secret) })).said
    .access_token ?? '';

/** Calls an API with a fresh token. */
export async function daraja(sandbox: Sandbox, path: string, body: unknown, token?: string): Promise<Reply> {
  const bearer = token ?? (await getToken(sandbox));
  return postJson(sandbox.url + path, body, { authorization: `Bearer ${bearer}` });
}

const STAMP = '20260115083112';

export const stkRequest = (callbackUrl: string, changes: Record<string, unknown> = {}) => ({
  BusinessShortCode: '600999',
  Password: stkPassword('600999', 'example-passkey', STAMP),
  Timestamp: STAMP,
  TransactionType: 'CustomerPayBillOnline',
  Amount: 1500,
  PartyA: 254700000001,
  PartyB: 600999,
  PhoneNumber: 254700000001,
  CallBackURL: callbackUrl,
  AccountReference: 'INV0042',
  TransactionDesc: 'Invoice 42',
  ...changes,
});

export const stkPush = (sandbox: Sandbox, receiver: Receiver, changes: Record<string, unknown> = {}): Promise<Reply> =>
  daraja(sandbox, '/mpesa/stkpush/v1/processrequest', stkRequest(`${receiver.url}/stk`, changes));

export const stkQuery = (sandbox: Sandbox, checkoutRequestId: string | undefined): Promise<Reply> =>
  daraja(sandbox, '/mpesa/stkpushquery/v1/query', {
    BusinessShortCode: '600999',
    Password: stkPassword('600999', 'example-passkey', STAMP),
    Timestamp: STAMP,
    CheckoutRequestID: checkoutRequestId,
  });

export const registerUrls = (
  sandbox: Sandbox,
  receiver: Receiver,
  changes: Record<string, unknown> = {},
  version = 'v2',
) =>
  daraja(sandbox, `/mpesa/c2b/${version}/registerurl`, {
    ShortCode: '600999',
    ResponseType: 'Completed',
    ConfirmationURL: `${receiver.url}/confirm`,
    ValidationURL: `${receiver.url}/validate`,
    ...changes,
  });

/** What an integration does with Safaricom's certificate. */
export const securityCredential = (pem: string, password: string): string =>
  publicEncrypt({ key: pem, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');
