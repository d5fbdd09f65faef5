import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { call, startSandbox } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';
import { countSegments } from './segments.ts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
  sandbox.sms.configure({ apiKey: 'sms-key', deliveryReportUrl: `${receiver.url}/reports` });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const send = (fields: Record<string, string> = {}, apikey = 'sms-key') =>
  call(`${sandbox.url}/version1/messaging`, {
    method: 'POST',
    headers: { apikey, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ username: 'sandbox', to: '+254700000001', message: 'Paid', ...fields }).toString(),
  });
const reports = () => receiver.received.map(({ form }) => form);

it('answers 201 with one entry per recipient, some of which may fail', async () => {
  sandbox.sms.recipient('+254700000002').behave({ statusCode: 406 });
  const { status, said } = await send({ to: '+254700000001,+254700000002,12', bulkSMSMode: '1' });
  expect(status).toBe(201);
  expect(said.SMSMessageData?.Message).toBe('Sent to 1/3 Total Cost: KES 0.8000');
  expect(said.SMSMessageData?.Recipients).toEqual([
    {
      statusCode: 101,
      number: '+254700000001',
      status: 'Success',
      cost: 'KES 0.8000',
      messageId: expect.stringMatching(/^ATXid_[0-9a-f]{32}$/),
    },
    { statusCode: 406, number: '+254700000002', status: 'UserInBlacklist', cost: '0', messageId: 'None' },
    { statusCode: 403, number: '12', status: 'InvalidPhoneNumber', cost: '0', messageId: 'None' },
  ]);
  expect(sandbox.sms.sent().map(({ to, statusCode }) => [to, statusCode])).toEqual([
    ['+254700000001', 101],
    ['+254700000002', 406],
    ['12', 403],
  ]);
});

it('refuses a wrong key, a missing field and an unknown sender', async () => {
  expect((await send({}, 'other')).status).toBe(401);
  expect(await send({ message: '' })).toMatchObject({
    status: 400,
    text: "Request is missing required form field 'message'",
  });
  sandbox.sms.configure({ senderIds: ['ACME'] });
  expect((await send({ from: 'NOBODY' })).said.SMSMessageData?.Recipients[0]?.statusCode).toBe(402);
  expect((await send({ from: 'ACME' })).said.SMSMessageData?.Recipients[0]?.statusCode).toBe(101);
});

it('reports delivery as a form, unsigned', async () => {
  const { said } = await send();
  await sandbox.sms.settled();
  expect(receiver.received[0]?.contentType).toBe('application/x-www-form-urlencoded');
  expect(reports()).toEqual([
    {
      id: said.SMSMessageData?.Recipients[0]?.messageId,
      status: 'Success',
      phoneNumber: '+254700000001',
      networkCode: '63902',
      retryCount: '0',
    },
  ]);
  expect(sandbox.sms.sent()[0]?.reports).toMatchObject([{ status: 'Success', answer: 200 }]);
});

it('reports out of order, repeatedly, and with reasons', async () => {
  sandbox.sms
    .recipient('0733000001')
    .behave({ reports: ['Failed', 'Sent'], copies: 2, failureReason: 'NotNetworkSubcriber' });
  await send({ to: '+254733000001' });
  await sandbox.sms.settled();
  expect(reports().map(({ status, failureReason }) => [status, failureReason])).toEqual([
    ['Failed', 'NotNetworkSubcriber'],
    ['Failed', 'NotNetworkSubcriber'],
    ['Sent', undefined],
    ['Sent', undefined],
  ]);
  expect(reports()[0]?.networkCode).toBe('63903');
});

it('fails and loses answers on demand; a lost answer was still sent', async () => {
  sandbox.sms.fault({ kind: 'internal' });
  expect((await send()).status).toBe(500);
  expect(sandbox.sms.sent()).toHaveLength(0);
  sandbox.sms.fault({ kind: 'lost_answer' });
  await expect(send()).rejects.toThrow();
  expect(sandbox.sms.sent()).toHaveLength(1);
  sandbox.sms.clear();
  expect(sandbox.sms.sent()).toEqual([]);
});

it('passes on opt-outs and incoming messages', async () => {
  sandbox.sms.configure({ optOutUrl: `${receiver.url}/opt-out`, incomingUrl: `${receiver.url}/incoming` });
  await sandbox.sms.optOut('0700000001', 'ACME');
  await sandbox.sms.incoming({ from: '0700000001', to: '22384', text: 'STOP' });
  expect(reports()).toMatchObject([
    { senderId: 'ACME', phoneNumber: '+254700000001' },
    { from: '+254700000001', to: '22384', text: 'STOP', networkCode: '63902' },
  ]);
});

describe('segments', () => {
  it.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    [`${'a'.repeat(69)}’`, 1],
    [`${'a'.repeat(70)}’`, 2],
  ])('of %s are %i', (text, count) => {
    expect(countSegments(text)).toBe(count);
  });
});
