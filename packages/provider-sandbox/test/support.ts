import { constants, publicEncrypt } from 'node:crypto';
import {
  createSandbox,
  type PayerBehaviour,
  type Sandbox,
  type SandboxOptions,
  type ShortcodeOptions,
  stkPassword,
} from '../src/index.ts';
import { type Answer, answerIn } from './bodies.ts';
import type { Receiver } from './receiver.ts';

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

/** One push to the payer of `stkRequest`, who behaves so; the acknowledgement and what the callback URL got. */
export async function pushed(
  sandbox: Sandbox,
  receiver: Receiver,
  behaviour: PayerBehaviour = {},
  changes: Record<string, unknown> = {},
) {
  sandbox.mpesa.payer('254700000001').next(behaviour);
  const ack = await stkPush(sandbox, receiver, changes);
  await sandbox.mpesa.settled();
  const callbacks = receiver.stk();
  return { ack: ack.said, callback: callbacks.at(-1), callbacks, raw: receiver.received.at(-1)?.raw ?? '' };
}

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
