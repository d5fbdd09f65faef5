import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { call, createClock, daraja, getToken, startSandbox, stkPush } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

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

const PUSH = '/mpesa/stkpush';

it.each([
  ['spike_arrest', '500.003.02'],
  ['quota', '500.003.03'],
  ['system_busy', '500.003.02'],
  ['maintenance', '500.002.1001'],
  ['internal', '500.003.1001'],
] as const)('answers %s on demand, then works again', async (kind, errorCode) => {
  sandbox.mpesa.fault({ kind, path: PUSH });
  const { status, said } = await stkPush(sandbox, receiver);
  expect([status, said.errorCode]).toEqual([500, errorCode]);
  expect((await stkPush(sandbox, receiver)).status).toBe(200);
});

it.each([
  ['html', 503],
  ['html_ok', 200],
] as const)('shows a gateway page for %s', async (kind, status) => {
  sandbox.mpesa.fault({ kind, path: PUSH, times: 2 });
  const replies = [await stkPush(sandbox, receiver), await stkPush(sandbox, receiver)];
  for (const reply of replies) expect([reply.status, reply.type.split(';')[0]]).toEqual([status, 'text/html']);
  expect(replies[0]?.text).toContain('<html>');
});

it('loses a request before anything happens, or its answer after', async () => {
  sandbox.mpesa.fault({ kind: 'lost_request', path: PUSH });
  await expect(stkPush(sandbox, receiver)).rejects.toThrow();
  expect(sandbox.mpesa.pushes()).toHaveLength(0);
  sandbox.mpesa.fault({ kind: 'lost_answer', path: PUSH });
  await expect(stkPush(sandbox, receiver)).rejects.toThrow();
  await sandbox.mpesa.settled();
  expect(receiver.at('/stk')).toHaveLength(1);
});

it('can be slow, and faults can be cleared', async () => {
  sandbox.mpesa.fault({ kind: 'slow', path: PUSH, delayMs: 5 });
  expect((await stkPush(sandbox, receiver)).status).toBe(200);
  sandbox.mpesa.fault({ kind: 'internal', times: 100 });
  sandbox.mpesa.clearFaults();
  expect(await getToken(sandbox)).toBeTruthy();
});

it('arrests spikes under load', async () => {
  await sandbox.close();
  const clock = createClock();
  sandbox = await startSandbox({ now: clock.now, strict: { requestsPerSecond: 3 } });
  const token = await getToken(sandbox);
  const statuses: number[] = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await daraja(sandbox, '/mpesa/c2b/v1/simulate', {}, token)).status);
  expect(statuses).toEqual([400, 400, 500]);
  clock.forward(1_000);
  expect((await daraja(sandbox, '/mpesa/c2b/v1/simulate', {}, token)).status).toBe(400);
});

it('has envelopes for unknown paths, wrong verbs and broken JSON', async () => {
  const get = (path: string, method = 'GET') => call(sandbox.url + path, { method });
  expect((await get('/mpesa/nothing')).json).toEqual({
    requestId: expect.any(String),
    errorCode: '404.001.01',
    errorMessage: 'Resource not found',
  });
  expect([
    (await get('/mpesa/stkpush/v1/processrequest')).status,
    (await get('/oauth/v1/generate', 'POST')).status,
  ]).toEqual([405, 404]);
  const authorization = `Bearer ${await getToken(sandbox)}`;
  const broken = await call(`${sandbox.url}/mpesa/c2b/v1/simulate`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{',
  });
  expect([broken.status, broken.said.errorCode]).toEqual([400, '400.002.05']);
});
