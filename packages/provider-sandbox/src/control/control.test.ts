import { afterEach, beforeEach, expect, it } from 'vitest';
import { answersIn } from '../../test/bodies.ts';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { call, PAYBILL, postJson, registerUrls, startSandbox, stkPush } from '../../test/support.ts';
import { createSandbox, type Sandbox } from '../index.ts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const control = (path: string) => `${sandbox.url}/_control${path}`;
const put = (path: string, body: unknown) =>
  call(control(path), { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

it('runs a payment from outside', async () => {
  expect((await postJson(control('/mpesa/shortcodes'), PAYBILL)).json).toEqual({ ok: true });
  await registerUrls(sandbox, receiver);
  const paid = await postJson(control('/mpesa/payments'), { shortcode: '600999', amount: 1500, reference: 'INV0042' });
  expect(paid.json).toMatchObject({ accepted: true, deliveries: [{ status: 200 }] });
  const bulk = await postJson(control('/mpesa/payments/bulk'), [{ shortcode: '600999', amountCents: 1_000 }]);
  expect(bulk.json).toHaveLength(1);
  const statement = (await call(control('/mpesa/shortcodes/600999/statement'))).json;
  expect(statement).toMatchObject([{ receipt: paid.said.receipt, completedAt: '2026-01-15T05:31:12.000Z' }, {}]);
  const csv = await call(control('/mpesa/shortcodes/600999/statement.csv?totals=true&from=2026-01-15T00:00:00Z'));
  expect([csv.type, csv.text.includes(String(paid.said.receipt))]).toEqual(['text/csv; charset=utf-8', true]);
  expect((await call(control('/mpesa/shortcodes/600999/balance'))).json).toEqual({ balanceCents: 9_151_000 });
  const again = await postJson(control(`/mpesa/payments/${paid.said.receipt}/redeliver`), {});
  expect(again.json).toMatchObject([{ kind: 'confirmation', status: 200 }]);
});

it('plays the payer', async () => {
  await put('/mpesa/payers/254700000001', { stk: 'hold' });
  await stkPush(sandbox, receiver);
  const [push] = answersIn((await call(control('/mpesa/pushes'))).json);
  expect(push).toMatchObject({ phone: '254700000001', amountCents: 150_000 });
  await postJson(control(`/mpesa/pushes/${push?.checkoutRequestId}/answer`), { outcome: 'cancel' });
  expect(receiver.stk()[0]?.ResultCode).toBe(1032);
  expect((await call(control('/settled'))).json).toEqual({ settled: true });
});

it('switches faults, policies and styles', async () => {
  await postJson(control('/mpesa/faults'), { kind: 'html', path: '/oauth' });
  expect((await call(`${sandbox.url}/oauth/v1/generate`)).type).toContain('text/html');
  await put('/mpesa/delivery-policy', { dropRate: 1 });
  await registerUrls(sandbox, receiver);
  await postJson(control('/mpesa/payments'), { shortcode: '600999', amount: 10 });
  expect(receiver.received).toHaveLength(0);
  await put('/mpesa/result-style', { codes: 'string' });
  expect((await call(control('/mpesa/certificate'))).text).toContain('BEGIN CERTIFICATE');
  await put('/sms/settings', { apiKey: 'k' });
  await put('/email/settings', { apiKey: 'k' });
  expect((await call(control('/sms/sent'))).json).toEqual([]);
  expect((await call(control('/email/public-key'))).said.publicKey).toMatch(/^MFkw/);
});

it('says what is wrong with a command', async () => {
  expect((await postJson(control('/mpesa/payments'), { amount: 1 })).status).toBe(400);
  expect((await postJson(control('/mpesa/payments'), { shortcode: '1', amount: 1 })).said.error).toBe(
    'no short code 1',
  );
  expect((await postJson(control('/nothing'), {})).status).toBe(404);
});

it('is healthy, on loopback only', async () => {
  expect((await call(`${sandbox.url}/health`)).json).toEqual({ status: 'ok' });
  await expect(createSandbox({ host: '0.0.0.0' })).rejects.toThrow('loopback');
});

it('closes with callbacks still due', async () => {
  sandbox.mpesa.payer('254700000001').next({ delayMs: 60_000 });
  await stkPush(sandbox, receiver);
  await sandbox.close();
  await sandbox.mpesa.settled();
  expect(receiver.received).toHaveLength(0);
});
