import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { pushed, startSandbox, stkPush, stkQuery } from '../../test/support.ts';
import type { PayerBehaviour, Sandbox } from '../index.ts';

const PHONE = '254700000001';
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

const push = (behaviour?: PayerBehaviour, changes?: Record<string, unknown>) =>
  pushed(sandbox, receiver, behaviour, changes);

describe('query', () => {
  it('is pending with HTTP 500 until the payer answers', async () => {
    sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
    const { CheckoutRequestID = '' } = (await stkPush(sandbox, receiver)).said;
    const pending = await stkQuery(sandbox, CheckoutRequestID);
    expect(pending.status).toBe(500);
    expect(pending.json).toEqual({
      requestId: CheckoutRequestID,
      errorCode: '500.001.1001',
      errorMessage: 'The transaction is being processed',
    });
    await sandbox.mpesa.answerPush(CheckoutRequestID, 'cancel');
    const done = await stkQuery(sandbox, CheckoutRequestID);
    expect(done.json).toMatchObject({
      ResponseDescription: 'The service request has been accepted successsfully',
      ResultCode: '1032',
    });
    expect(receiver.at('/stk')).toHaveLength(1);
  });

  it.each([
    ['contradict', '1032'],
    ['pending_ok', '4999'],
    ['unknown_code', '7777'],
  ] as const)('%s says %s although the callback said success', async (query, code) => {
    const { ack, callback } = await push({ query });
    expect(callback?.ResultCode).toBe(0);
    expect((await stkQuery(sandbox, ack.CheckoutRequestID)).said.ResultCode).toBe(code);
  });

  it('knows only its own pushes', async () => {
    expect((await stkQuery(sandbox, 'ws_CO_1')).said.errorMessage).toBe('Bad Request - Invalid CheckoutRequestID');
  });
});
