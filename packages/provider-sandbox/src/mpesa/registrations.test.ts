import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { daraja, PAYBILL, registerUrls, startSandbox, stkPush, TILL } from '../../test/support.ts';
import type { Sandbox } from '../sandbox.ts';
import { createSandbox } from '../sandbox.ts';

let folder: string;
let stateFile: string;
let receiver: Receiver;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'malipo-sandbox-'));
  stateFile = path.join(folder, 'instance', 'sandbox.json');
  receiver = await startReceiver();
  sandbox = await startSandbox({ stateFile }, { ...PAYBILL, openingBalanceCents: 7_000 });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

/** The process is gone, and another begins with nothing but the file. */
const restart = async () => {
  await sandbox.close();
  sandbox = await createSandbox({ stateFile, timings: { callbackDelayMs: 0 } });
};
const pay = () => sandbox.mpesa.pay({ shortcode: '600999', amount: 1500, phone: '0700000001' });
const pull = async () =>
  (
    await daraja(sandbox, '/pulltransactions/v1/register', {
      ShortCode: '600999',
      RequestType: 'Pull',
      NominatedNumber: '0700000009',
      CallBackURL: `${receiver.url}/pull`,
    })
  ).said['Response Status'];

it('goes on after a restart with the short codes, URLs and Pull that were registered', async () => {
  sandbox.mpesa.addShortcode({ ...TILL, consumerKey: 'till' });
  await registerUrls(sandbox, receiver);
  expect(await pull()).toBe('1000');
  await restart();
  const { receipt } = await pay();
  expect(receiver.at('/confirm')).toMatchObject([{ TransID: receipt }]);
  expect(await pull()).toBe('1001');
  expect(sandbox.mpesa.balanceCents('600999')).toBe(7_000 + 150_000);
  expect((await stkPush(sandbox, receiver)).said.ResponseCode).toBe('0');
  await sandbox.mpesa.settled();
  expect(sandbox.mpesa.balanceCents('777222')).toBe(sandbox.mpesa.balanceCents('555111'));
});

it('remembers what was taken back: URLs, products, and a short code that was replaced', async () => {
  await registerUrls(sandbox, receiver);
  sandbox.mpesa.deleteUrls('600999');
  sandbox.mpesa.disableProduct('600999', 'stk');
  await restart();
  await pay();
  expect(receiver.received).toEqual([]);
  expect((await stkPush(sandbox, receiver)).status).not.toBe(200);
  sandbox.mpesa.addShortcode({ ...PAYBILL, openingBalanceCents: 1_234 });
  await restart();
  expect(sandbox.mpesa.balanceCents('600999')).toBe(1_234);
});

it('leaves nothing but its file, and says which file it cannot read', async () => {
  expect(await readdir(path.dirname(stateFile))).toEqual(['sandbox.json']);
  await writeFile(stateFile, '{"shortcodes": [');
  await expect(createSandbox({ stateFile })).rejects.toThrow(/sandbox\.json does not hold .* delete it/);
});

it('forgets where no file is named', async () => {
  await sandbox.close();
  sandbox = await createSandbox();
  expect(() => sandbox.mpesa.balanceCents('600999')).toThrow('no short code 600999');
});
