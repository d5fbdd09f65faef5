import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Result, valuesOf } from '../../test/bodies.ts';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { daraja, PAYBILL, registerUrls, securityCredential, startSandbox } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

let sandbox: Sandbox;
let receiver: Receiver;
let receipt: string;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
  const names = { first: 'Jane', last: 'Doe' };
  ({ receipt } = await sandbox.mpesa.pay({ shortcode: '600999', amount: 1500, phone: '0700000001', names }));
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const common = async (password = 'Test#2026') => ({
  Initiator: 'apiop',
  SecurityCredential: securityCredential(await sandbox.mpesa.certificate(), password),
  ResultURL: `${receiver.url}/result`,
  QueueTimeOutURL: `${receiver.url}/queue-timeout`,
  Remarks: 'check',
  Occasion: '',
});

/** Asks for a transaction's status; the acknowledgement and the result. */
async function status(changes: Record<string, unknown> = {}, password?: string) {
  const ack = await daraja(sandbox, '/mpesa/transactionstatus/v1/query', {
    ...(await common(password)),
    CommandID: 'TransactionStatusQuery',
    TransactionID: receipt,
    PartyA: '600999',
    IdentifierType: '4',
    ...changes,
  });
  await sandbox.mpesa.settled();
  return { ack, result: receiver.results().at(-1) };
}

async function reverse(changes: Record<string, unknown> = {}) {
  const ack = await daraja(sandbox, '/mpesa/reversal/v1/request', {
    ...(await common()),
    CommandID: 'TransactionReversal',
    TransactionID: receipt,
    Amount: 1500,
    ReceiverParty: '600999',
    RecieverIdentifierType: '11',
    ...changes,
  });
  await sandbox.mpesa.settled();
  return { ack, result: receiver.results().at(-1) };
}

const value = (result: Result | undefined, key: string) => valuesOf(result, key)[0];

it('publishes a real certificate', async () => {
  const certificate = new X509Certificate(await sandbox.mpesa.certificate());
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toBe('CN=provider-sandbox test only');
});

describe('transaction status', () => {
  it('is acknowledged, then found', async () => {
    const { ack, result } = await status();
    expect(ack.json).toEqual({
      OriginatorConversationID: expect.any(String),
      ConversationID: expect.stringMatching(/^AG_20260115_[0-9a-f]{20}$/),
      ResponseCode: '0',
      ResponseDescription: 'Accept the service request successfully.',
    });
    expect(result).toMatchObject({ ResultCode: 0, TransactionID: receipt, ConversationID: ack.said.ConversationID });
    expect(value(result, 'ReceiptNo')).toBe(receipt);
    expect(value(result, 'TransactionStatus')).toBe('Completed');
    expect(value(result, 'Amount')).toBe(1500);
    expect(value(result, 'FinalisedTime')).toBe(20260115083112);
    expect(value(result, 'DebitPartyName')).toBe('254700000001 - Jane Doe');
    expect(valuesOf(result, 'DebitPartyName')).toHaveLength(2);
    expect(result?.ReferenceData?.ReferenceItem).toMatchObject({ Key: 'QueueTimeoutURL' });
  });

  it('fails with a placeholder and no parameters', async () => {
    const { result } = await status({ TransactionID: 'UAFXXXXXXX' });
    expect(result).toMatchObject({ ResultCode: 'R000002', TransactionID: 'UAF0000000' });
    expect(result).not.toHaveProperty('ResultParameters');
  });

  it('checks the credential by decrypting it', async () => {
    expect((await status({}, 'wrong')).result?.ResultCode).toBe(2001);
    expect((await status({ SecurityCredential: 'AAAA' })).result?.ResultCode).toBe(2001);
    expect((await status({ Initiator: 'nobody' })).result?.ResultCode).toBe(2001);
  });

  it('writes envelopes in every form seen', async () => {
    sandbox.mpesa.resultStyle({ codes: 'string', single: 'array', finalised: 'FinalizedTime' });
    const { result } = await status();
    expect(result?.ResultCode).toBe('0');
    expect(result?.ReferenceData?.ReferenceItem).toEqual([{ Key: 'QueueTimeoutURL', Value: expect.any(String) }]);
    expect(value(result, 'FinalizedTime')).toBe(20260115083112);
  });

  it('wants the initiator under its name here', async () => {
    const { ack } = await status({ Initiator: undefined, InitiatorName: 'apiop' });
    expect(ack.said.errorMessage).toBe('Bad Request - Invalid Initiator');
    expect((await status({ Remarks: 'x' })).ack.said.errorMessage).toBe('Bad Request - Invalid Remarks');
    expect((await status({ TransactionID: '' })).ack.said.errorMessage).toBe('Bad Request - Invalid TransactionID');
  });

  it('may expire in a queue, with either body, or stay silent', async () => {
    sandbox.mpesa.resultStyle({ next: 'queue_timeout_echo' });
    const { ack } = await status();
    expect(receiver.at('/queue-timeout')[0]).toMatchObject({
      TransactionID: receipt,
      SecurityCredential: expect.any(String),
      OriginatorConversationID: ack.said.OriginatorConversationID,
    });
    sandbox.mpesa.resultStyle({ next: 'queue_timeout_envelope' });
    await status();
    expect(receiver.bodies('/queue-timeout')[1]).toMatchObject({ Result: { TransactionID: 'UAF0000000' } });
    sandbox.mpesa.resultStyle({ next: 'lost' });
    expect((await status()).result).toBeUndefined();
    expect((await status()).result?.ResultCode).toBe(0);
    expect(sandbox.mpesa.results().map(({ kind }) => kind)).toEqual(['queue_timeout', 'queue_timeout', 'result']);
  });
});

describe('reversal', () => {
  it('gives the money back under a receipt of its own', async () => {
    const { result } = await reverse();
    expect(result?.ResultCode).toBe(0);
    expect(result?.TransactionID).not.toBe(receipt);
    expect(value(result, 'OriginalTransactionID')).toBe(receipt);
    expect(sandbox.mpesa.balanceCents('600999')).toBe(9_000_000);
    expect(sandbox.mpesa.statement('600999').at(-1)).toMatchObject({
      kind: 'reversal',
      amountCents: -150_000,
      linkedReceipt: receipt,
    });
  });

  it('happens once, and only to a payment of this account', async () => {
    await reverse();
    expect((await reverse()).result).toMatchObject({ ResultCode: 'R000001', TransactionID: 'UAF0000000' });
    expect((await reverse({ TransactionID: 'UAFXXXXXXX' })).result?.ResultCode).toBe('R000002');
  });

  it('wants funds', async () => {
    sandbox.mpesa.addShortcode({ ...PAYBILL, openingBalanceCents: 0, chargeCents: 100 });
    const paid = await sandbox.mpesa.pay({ shortcode: '600999', amount: 10 });
    const refused = await reverse({ TransactionID: paid.receipt, Amount: 10 });
    expect(refused.result).toMatchObject({ ResultCode: 1, TransactionID: 'UAF0000000' });
    expect((await reverse({ TransactionID: paid.receipt, Amount: 9 })).result?.ResultCode).toBe(0);
    expect(sandbox.mpesa.balanceCents('600999')).toBe(0);
  });

  it('wants its misspelt field', async () => {
    const { ack } = await reverse({ RecieverIdentifierType: undefined, ReceiverIdentifierType: '11' });
    expect(ack.said.errorMessage).toBe('Bad Request - Invalid RecieverIdentifierType');
    expect((await reverse({ RecieverIdentifierType: '4' })).ack.status).toBe(400);
    expect((await reverse({ Occassion: 'x' })).ack.said.errorMessage).toBe('Bad Request - Invalid Occasion');
  });

  it('is found again by its conversation', async () => {
    const { ack, result } = await reverse();
    const found = await status({ TransactionID: undefined, OriginalConversationID: ack.said.OriginatorConversationID });
    expect(value(found.result, 'ReceiptNo')).toBe(result?.TransactionID);
  });
});

it('sends no confirmation for a reversal', async () => {
  await registerUrls(sandbox, receiver);
  await reverse();
  expect(receiver.at('/confirm')).toEqual([]);
});
