import { createSandbox } from '@malipo/provider-sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { createApi } from '../client/api.ts';
import type { DemoBusiness } from './business.ts';
import { closingLines } from './closing.ts';

const PAYBILL = '612345';
const business: DemoBusiness = {
  api: createApi('http://127.0.0.1:1'),
  owner: { email: 'wanjiru@jabali.example', password: 'Jabali-2026!' },
  organisationId: '01890000-0000-7000-8000-000000000001',
  paybill: PAYBILL,
  paybillChannelId: '01890000-0000-7000-8000-000000000002',
  till: '512345',
  customers: new Map([['ADM1004', { id: '01890000-0000-7000-8000-000000000003', phone: '0712000004' }]]),
  invoices: new Map(),
};

async function openSandbox() {
  const sandbox = await createSandbox({ port: 0 });
  onTestFinished(() => sandbox.close());
  sandbox.mpesa.addShortcode({
    shortcode: PAYBILL,
    kind: 'paybill',
    consumerKey: 'k',
    consumerSecret: 's',
    passkey: 'p',
  });
  return sandbox;
}

const addresses = (sandbox: string) => ({ api: 'http://127.0.0.1:1', sandbox, metrics: 'http://127.0.0.1:2' });

test('every address of the sandbox answers', async () => {
  const { url } = await openSandbox();
  const shown = closingLines(business, addresses(url)).match(new RegExp(`${url}\\S*`, 'g')) ?? [];
  const toOpen = shown.filter((address) => !address.endsWith('/payments'));
  expect(toOpen.length).toBeGreaterThanOrEqual(2);
  expect(await Promise.all(toOpen.map(async (address) => (await fetch(address)).status))).toEqual(
    toOpen.map(() => 200),
  );
});

test('the line to paste lets a payer pay', async () => {
  const { url, mpesa } = await openSandbox();
  const line = /curl (\S+) -H '([\w-]+): (\S+)' -d '(.*)'/.exec(closingLines(business, addresses(url)));
  const [, address = '', header = '', value = '', body = ''] = line ?? [];
  const answer = await fetch(address, { method: 'POST', headers: { [header]: value }, body });
  expect(answer.status).toBe(200);
  expect(mpesa.statement(PAYBILL)).toMatchObject([{ amountCents: 1_400_000, reference: 'ADM1004' }]);
});

test('the owner of the seeded business can log in', () => {
  expect(closingLines(business, addresses('http://127.0.0.1:3'))).toContain(JSON.stringify(business.owner));
});
