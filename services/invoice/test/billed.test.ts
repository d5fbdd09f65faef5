import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, type Client, eventually, type House, oneLine, openHouse } from './house.ts';

let house: House;

beforeAll(async () => {
  house = await openHouse({ replicas: 2 });
});
afterAll(() => house?.close());

/** The largest that an invoice may be; a hundred of them are all that may be billed. */
const LARGEST = [{ description: 'Rent', quantity: 10, unitPriceCents: 1_000_000_000_000 }];

/** Somebody whose organisation billed `count` hundredths of all that it may. */
async function billed(count: number): Promise<{ client: Client; customerId: string }> {
  const client = await house.as(newId());
  const customerId = await aCustomer(client);
  const rows = Array.from({ length: count }, () => ({ customerId, lines: LARGEST }));
  const { body } = await client('POST', '/invoices/bulk', { rows, issue: true });
  expect(body).toMatchObject({ created: count, failed: 0 });
  return { client, customerId };
}

async function draft(client: Client, customerId: string, own: object): Promise<string> {
  const { status, body } = await client('POST', '/invoices', { customerId, ...own });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

const REFUSED = { status: 422, body: { code: 'billed_too_much', errors: [{ pointer: '#/lines' }] } };

test('what would make sums inexact is not issued, and what is owed in another currency is', async () => {
  const { client, customerId } = await billed(100);
  const drafted = await draft(client, customerId, { lines: oneLine(1) });
  expect(await client('POST', `/invoices/${drafted}/issue`)).toMatchObject(REFUSED);
  expect(await client('GET', `/invoices/${drafted}`)).toMatchObject({ body: { status: 'draft', version: 1 } });
  const abroad = await draft(client, customerId, { lines: LARGEST, currency: 'UGX' });
  expect(await client('POST', `/invoices/${abroad}/issue`)).toMatchObject({ status: 200 });
});

test('of invoices issued at once at two replicas only as many are as there is room for, each told once', async () => {
  const { client, customerId } = await billed(97);
  const ids = await Promise.all(Array.from({ length: 10 }, () => draft(client, customerId, { lines: LARGEST })));
  const answers = await Promise.all(ids.map((id) => client('POST', `/invoices/${id}/issue`)));
  expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(3).fill(200), ...Array(7).fill(422)]);
  const told = () => house.events.of('invoice.issued').filter(({ subject }) => ids.includes(subject.id)).length;
  await eventually(told).toBe(3);
});

test('an import writes the rows that there is room for', async () => {
  const { client, customerId } = await billed(98);
  const [kes, ugx] = [
    { customerId, lines: LARGEST },
    { customerId, lines: LARGEST, currency: 'UGX' },
  ];
  const { body } = await client('POST', '/invoices/bulk', { rows: [kes, kes, kes, ugx], issue: true });
  expect(body).toMatchObject({ created: 3, failed: 1 });
  expect(body.results[2]).toMatchObject({ code: 'billed_too_much', errors: [{ pointer: '#/rows/2/lines' }] });
  const drafts = await client('POST', '/invoices/bulk', { rows: [kes] });
  expect(drafts.body).toMatchObject({ created: 1 });
});

test('raising an issued invoice counts, and lowering or voiding it makes no room: the books keep both sides', async () => {
  const { client, customerId } = await billed(99);
  const id = await draft(client, customerId, { lines: oneLine(1_000) });
  expect(await client('POST', `/invoices/${id}/issue`)).toMatchObject({ status: 200 });
  const raised = await client('PATCH', `/invoices/${id}`, { lines: LARGEST });
  expect(raised).toMatchObject({ status: 200 });
  expect(await client('PATCH', `/invoices/${id}`, { lines: oneLine(1_000) })).toMatchObject({ status: 200 });
  expect(await client('PATCH', `/invoices/${id}`, { lines: oneLine(1_001) })).toMatchObject(REFUSED);
  expect(await client('POST', `/invoices/${id}/void`)).toMatchObject({ status: 200 });
  const other = await draft(client, customerId, { lines: oneLine(1) });
  expect(await client('POST', `/invoices/${other}/issue`)).toMatchObject(REFUSED);
});
