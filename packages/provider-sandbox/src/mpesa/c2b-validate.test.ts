import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Received, type Receiver, startReceiver } from '../../test/receiver.ts';
import { PAYBILL, registerUrls, startSandbox } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

const VALIDATED = { ...PAYBILL, externalValidation: true, payerForm: 'full' as const };
let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({}, VALIDATED);
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const pay = () => sandbox.mpesa.pay({ shortcode: '600999', amount: 1500, reference: 'INV0042', phone: '0700000001' });
const paths = () => receiver.received.map(({ path }) => path);

/** Answers validations only; confirmations are acknowledged. */
const onValidation = (answer: { status?: number; body?: unknown } | 'never'): void => {
  receiver.answer = ({ path }: Received) => (path === '/validate' ? answer : {});
};

it('asks first, without a balance, and echoes the third-party id', async () => {
  onValidation({ body: { ResultCode: '0', ResultDesc: 'Accepted', ThirdPartyTransID: 'ours-1' } });
  await registerUrls(sandbox, receiver);
  const { accepted, receipt } = await pay();
  expect(accepted).toBe(true);
  expect(paths()).toEqual(['/validate', '/confirm']);
  expect(receiver.at('/validate')[0]).toMatchObject({ TransID: receipt, OrgAccountBalance: '', ThirdPartyTransID: '' });
  expect(receiver.at('/confirm')[0]).toMatchObject({ TransID: receipt, ThirdPartyTransID: 'ours-1' });
});

it.each(['C2B00011', 'C2B00012', 'C2B00013', 'C2B00014', 'C2B00015', 'C2B00016'])('declines on %s', async (code) => {
  onValidation({ body: { ResultCode: code, ResultDesc: 'Rejected' } });
  await registerUrls(sandbox, receiver);
  expect(await pay()).toMatchObject({ accepted: false, rejectCode: code });
  expect(paths()).toEqual(['/validate']);
  expect(sandbox.mpesa.statement('600999')).toEqual([]);
  expect(sandbox.mpesa.statement('600999', { all: true })).toMatchObject([{ status: 'Declined' }]);
  expect(sandbox.mpesa.balanceCents('600999')).toBe(9_000_000);
});

it.each([
  ['late', 'never'],
  ['failing', { status: 500 }],
  ['unreadable', { body: 'OK' }],
] as const)('a %s answer completes where Completed was registered, else cancels', async (_name, answer) => {
  await sandbox.close();
  sandbox = await startSandbox({ timings: { validationTimeoutMs: 100 } }, VALIDATED);
  onValidation(answer);
  await registerUrls(sandbox, receiver);
  expect((await pay()).accepted).toBe(true);
  await registerUrls(sandbox, receiver, { ResponseType: 'Cancelled' });
  expect(await pay()).toMatchObject({ accepted: false });
  expect(paths()).toEqual(['/validate', '/confirm', '/validate']);
  expect(sandbox.mpesa.statement('600999', { all: true }).map(({ status }) => status)).toEqual([
    'Completed',
    'Cancelled',
  ]);
});

it('is not asked where it was not switched on', async () => {
  sandbox.mpesa.addShortcode(PAYBILL);
  await registerUrls(sandbox, receiver);
  await pay();
  expect(paths()).toEqual(['/confirm']);
});
