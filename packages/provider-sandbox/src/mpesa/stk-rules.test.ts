import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { createClock, PAYBILL, startSandbox, stkPush } from '../../test/support.ts';
import type { Sandbox, SandboxOptions, ShortcodeOptions } from '../index.ts';

const PHONE = '254700000001';
const clock = createClock();
let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const start = async (options: SandboxOptions = {}, shortcode: Partial<ShortcodeOptions> = {}): Promise<void> => {
  sandbox = await startSandbox({ now: clock.now, ...options }, { ...PAYBILL, ...shortcode });
};

/** The result code that a push ends with. */
async function outcome(changes: Record<string, unknown> = {}): Promise<number | string | undefined> {
  await stkPush(sandbox, receiver, changes);
  await sandbox.mpesa.settled();
  return receiver.stk().at(-1)?.ResultCode;
}

it('locks a subscriber with an open prompt: 1001', async () => {
  await start();
  sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
  const { CheckoutRequestID = '' } = (await stkPush(sandbox, receiver)).said;
  expect(await outcome({ Amount: 20 })).toBe(1001);
  await sandbox.mpesa.answerPush(CheckoutRequestID, 'approve');
  expect(await outcome({ Amount: 20 })).toBe(0);
});

it('forgets the lock when the prompt has died', async () => {
  await start();
  sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
  await stkPush(sandbox, receiver);
  clock.forward(60_000);
  expect(await outcome({ Amount: 20 })).toBe(0);
});

it('can refuse the second prompt at once', async () => {
  await start({ strict: { subscriberLock: 'error' } });
  sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
  await stkPush(sandbox, receiver);
  const { status, said } = await stkPush(sandbox, receiver);
  expect([status, said.errorCode]).toEqual([500, '500.001.1001']);
  expect(said.errorMessage).toContain('Unable to lock subscriber');
});

it('limits the same amount to the same customer for two minutes: 17', async () => {
  await start();
  expect(await outcome()).toBe(0);
  clock.forward(119_000);
  expect(await outcome()).toBe(17);
  expect(await outcome({ Amount: 1501 })).toBe(0);
  clock.forward(1_000);
  expect(await outcome()).toBe(0);
});

it('fails a prompt of more than 182 characters: 1025', async () => {
  await start({ strict: { longReference: 'prompt' } });
  expect(await outcome({ AccountReference: 'INV-0042-LONGER' })).toBe(0);
  expect(await outcome({ Amount: 20, AccountReference: 'A'.repeat(140) })).toBe(1025);
});

it('knows wrong pairs of type and receiver: 2028 and SFC_IC0003', async () => {
  await start();
  expect(await outcome({ TransactionType: 'CustomerBuyGoodsOnline' })).toBe(2028);
  expect(await outcome({ PartyB: '600111' })).toBe('SFC_IC0003');
});

it('applies limits: 1 to 4 and 8', async () => {
  await start({ limits: { minCents: 1_000, maxCents: 500_000, dailyCents: 900_000 } }, { maxBalanceCents: 9_700_000 });
  expect(await outcome({ Amount: 9 })).toBe(2);
  expect(await outcome({ Amount: 5001 })).toBe(3);
  expect(await outcome({ Amount: 5000 })).toBe(0);
  expect(await outcome({ Amount: 4001 })).toBe(4);
  expect(await outcome({ Amount: 2001 })).toBe(8);
  sandbox.mpesa.payer('254700000002').behave({ balanceCents: 2_000 });
  expect(await outcome({ PartyA: 254700000002, PhoneNumber: 254700000002, Amount: 21 })).toBe(1);
  expect(await outcome({ PartyA: 254700000002, PhoneNumber: 254700000002, Amount: 20 })).toBe(0);
  expect(await outcome({ PartyA: 254700000002, PhoneNumber: 254700000002, Amount: 10 })).toBe(1);
});

it('can end parties sent as text in a silent 1037', async () => {
  await start({ strict: { numericParties: true } });
  expect(await outcome({ PhoneNumber: PHONE })).toBe(1037);
  expect(await outcome()).toBe(0);
});
