import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, type Client, type House, oneLine, openHouse } from './house.ts';

let house: House;
let owner: Client;

beforeAll(async () => {
  house = await openHouse();
  owner = await house.as(newId());
});
afterAll(() => house?.close());

const imported = async (path: 'customers' | 'invoices', ...rows: object[]) => {
  const { status, body } = await owner('POST', `/${path}/bulk`, { rows });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.results;
};

test('e-mail, PIN and phone are taken as people write and paste them', async () => {
  const written = {
    email: ' Jane@Example.com ',
    kraPin: ' a123456789z',
    phone: '\u202a+254\u00a0712 345\u2011678\u202c',
  };
  const meant = { email: 'jane@example.com', kraPin: 'A123456789Z', phone: '254712345678' };
  const { status, body } = await owner('POST', '/customers', { name: 'Jane', ...written });
  expect(status, JSON.stringify(body)).toBe(201);
  expect(body).toMatchObject(meant);
  expect(await owner('PATCH', `/customers/${body.id}`, written)).toMatchObject({ status: 200, body: { version: 1 } });
  for (const email of [' JANE@example.com', 'jane@example.com '])
    expect((await owner('GET', `/customers?email=${encodeURIComponent(email)}`)).body.data).toHaveLength(1);
});

test('a number that is no longer the main one is gone once, and the others stay without a main one', async () => {
  const id = await aCustomer(owner, { accountNumber: 'B2', accountNumbers: ['C3', 'D4'] });
  for (const _ of ['first', 'again'])
    expect(await owner('PATCH', `/customers/${id}`, { accountNumber: null })).toMatchObject({
      status: 200,
      body: { accountNumber: null, accountNumbers: ['C3', 'D4'], version: 2 },
    });
  expect((await owner('GET', `/customers/${id}`)).body).toMatchObject({ accountNumber: null, version: 2 });
  expect((await owner('PATCH', `/customers/${id}`, { accountNumber: 'd4' })).body).toMatchObject({
    accountNumber: 'd4',
    accountNumbers: ['d4', 'C3'],
  });
});

test('an empty cell of an import is a field that is left out', async () => {
  const empty = { phone: '', email: ' ', accountNumber: '', kraPin: '', locale: '', isCompany: '' };
  const contacts = [{ name: 'Otieno', phone: '', relation: '' }];
  const [customer] = await imported('customers', { name: 'Jane', ...empty, contacts });
  expect(customer).toMatchObject({ status: 'created', errors: [] });
  expect((await owner('GET', `/customers/${customer.id}`)).body).toMatchObject({
    ...{ phone: null, email: null, accountNumbers: [], kraPin: null, locale: null, isCompany: false },
    contacts: [{ name: 'Otieno', phone: null, relation: null }],
  });
  const line = { ...oneLine()[0], quantity: '', taxRatePercent: '', discount: '' };
  const row = { customerId: customer.id, number: '', currency: '', dueDate: '', notes: '', lines: [line] };
  const [invoice] = await imported('invoices', row);
  expect(invoice).toMatchObject({ status: 'created', errors: [] });
  expect((await owner('GET', `/invoices/${invoice.id}`)).body).toMatchObject({ currency: 'KES', notes: null });
});

test('an empty cell of a field that an import needs is refused as empty, and a list is no row', async () => {
  const [customer, list] = await imported('customers', { name: '', phone: '', email: 'x' }, ['']);
  expect(list.errors).toMatchObject([{ pointer: '#/rows/1', detail: 'must be an object, not an array' }]);
  expect(customer.errors).toEqual([
    { pointer: '#/rows/0/name', detail: 'must not be empty' },
    { pointer: '#/rows/0/email', detail: 'write it like grace@example.co.ke' },
  ]);
});

test('a cell under a title that is no field is named, with the fields that there are', async () => {
  const [customer] = await imported('customers', { name: 'Amina', 'phone no': '0712000001' });
  const detail = expect.stringMatching(/^there is no such field; there are name, .*phone/);
  expect(customer.errors).toEqual([{ pointer: '#/rows/0/phone no', detail }]);
});
