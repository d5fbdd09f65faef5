import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { registerUrls, startSandbox } from '../../test/support.ts';
import type { PaymentInput, Sandbox } from '../index.ts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
  await registerUrls(sandbox, receiver);
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const pay = (deliver: PaymentInput['deliver'] = {}, reference = 'A') =>
  sandbox.mpesa.pay({ shortcode: '600999', amount: 10, reference, deliver });
const references = () => receiver.at('/confirm').map((body) => body.BillRefNumber);
const statuses = () =>
  sandbox.mpesa.statement('600999').flatMap(({ deliveries }) => deliveries.map(({ status }) => status));

it('keeps each delivery with the answer it got', async () => {
  const { deliveries } = await pay();
  expect(deliveries).toEqual([
    {
      url: `${receiver.url}/confirm`,
      kind: 'confirmation',
      at: new Date('2026-01-15T05:31:12Z'),
      status: 200,
      body: receiver.at('/confirm')[0],
    },
  ]);
});

it('drops, delays and copies on demand', async () => {
  expect((await pay({ drop: true })).accepted).toBe(true);
  await Promise.all([pay({ delayMs: 30 }, 'late'), pay({ copies: 3 }, 'thrice')]);
  expect(references()).toEqual(['thrice', 'thrice', 'thrice', 'late']);
  expect(statuses()).toEqual(['dropped', 200, 200, 200, 200]);
});

it('holds and releases in another order', async () => {
  for (const reference of ['1', '2', '3']) await pay({ hold: true }, reference);
  expect(references()).toEqual([]);
  expect(await sandbox.mpesa.release('reversed')).toBe(3);
  expect(references()).toEqual(['3', '2', '1']);
  expect(await sandbox.mpesa.release()).toBe(0);
});

it('does not retry by itself', async () => {
  receiver.answer = () => ({ status: 500 });
  await pay();
  expect(statuses()).toEqual([500]);
});

it('retries as often as told, after a bad status and after silence', async () => {
  await sandbox.close();
  sandbox = await startSandbox({ timings: { deliveryTimeoutMs: 500 } });
  await registerUrls(sandbox, receiver);
  sandbox.mpesa.deliveryPolicy({ retries: 3, retryDelayMs: 1 });
  const answers = [{ status: 503 }, 'never', { status: 202 }, {}] as const;
  receiver.answer = () => answers[receiver.received.length - 1] ?? {};
  await pay();
  expect(statuses()).toEqual([503, 'unanswered', 202, 200]);
});

it('loses and doubles at a rate', async () => {
  sandbox.mpesa.deliveryPolicy({ dropRate: 0.2, duplicateRate: 0.2, jitterMs: 2 });
  await sandbox.mpesa.payMany(Array.from({ length: 200 }, () => ({ shortcode: '600999', amount: 10 })));
  const dropped = statuses().filter((status) => status === 'dropped').length;
  expect(dropped).toBeGreaterThan(20);
  expect(dropped).toBeLessThan(60);
  expect(receiver.received.length).toBeGreaterThan(200 - dropped);
});

it('repeats receipts and losses with the same seed', async () => {
  const run = async () => {
    await sandbox.close();
    sandbox = await startSandbox({ seed: 3 });
    await registerUrls(sandbox, receiver);
    sandbox.mpesa.deliveryPolicy({ dropRate: 0.5 });
    await sandbox.mpesa.payMany(Array.from({ length: 20 }, () => ({ shortcode: '600999', amount: 10 })));
    return sandbox.mpesa.statement('600999').map(({ receipt, deliveries }) => [receipt, deliveries[0]?.status]);
  };
  expect(await run()).toEqual(await run());
});

it('sends once more what was lost', async () => {
  const { receipt } = await pay({ drop: true });
  expect(await sandbox.mpesa.redeliver(receipt)).toMatchObject([{ status: 200 }]);
  expect(receiver.at('/confirm')[0]?.TransID).toBe(receipt);
  expect(statuses()).toEqual(['dropped', 200]);
});

it('shows a source address, the peer or a proxy header', async () => {
  sandbox.mpesa.deliveryPolicy({ forwardedFor: '196.201.214.200', localAddress: '127.0.0.2' });
  await pay();
  expect(receiver.received[0]).toMatchObject({
    peer: '127.0.0.2',
    headers: { 'x-forwarded-for': '196.201.214.200' },
  });
});

it('forges callbacks that no statement knows', async () => {
  const forged = await sandbox.mpesa.forge({ url: `${receiver.url}/confirm`, fields: { TransAmount: '1.00' } });
  expect(forged).toMatchObject({ kind: 'forged', status: 200 });
  expect(receiver.at('/confirm')[0]).toMatchObject({ TransAmount: '1.00', BillRefNumber: 'INV0042' });
  await sandbox.mpesa.forge({ url: `${receiver.url}/stk`, kind: 'stk' });
  expect(receiver.stk()[0]?.ResultCode).toBe(0);
  expect(sandbox.mpesa.statement('600999')).toEqual([]);
});

it('counts a receiver that is gone as unanswered', async () => {
  await receiver.close();
  await pay();
  expect(statuses()).toEqual(['unanswered']);
});
