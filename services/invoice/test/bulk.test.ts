import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, type Client, eventually, type House, oneLine, openHouse } from './house.ts';

let house: House;
let owner: Client;
const organisationId = newId();

beforeAll(async () => {
  house = await openHouse();
  owner = await house.as(organisationId);
});
afterAll(() => house?.close());

test('customers: every valid row is written and told, every other says why not', async () => {
  const rows = [
    { name: 'One', phone: '0711000001', accountNumber: 'B1' },
    { name: '', phone: '12' },
    { name: 'Two', accountNumber: 'b 1' },
    'nonsense',
    { name: 'Three' },
  ];
  const { status, body } = await owner('POST', '/customers/bulk', { rows });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ created: 3 - 1, failed: 3 });
  expect(body.results.map((row: { code: string | null }) => row.code)).toEqual([
    null,
    'validation_failed',
    'account_number_taken',
    'validation_failed',
    null,
  ]);
  expect(body.results[1].errors.map((error: { pointer: string }) => error.pointer)).toEqual([
    '#/rows/1/name',
    '#/rows/1/phone',
  ]);
  expect((await owner('GET', '/customers?accountNumber=B1')).body.data).toMatchObject([{ name: 'One' }]);
  await eventually(() => house.events.of('customer.saved').map((event) => event.subject.id)).toEqual(
    expect.arrayContaining([body.results[0].id, body.results[4].id]),
  );
});

test('customers: the account number that is taken is named', async () => {
  const rows = [
    { name: 'First', accountNumber: 'C1', accountNumbers: ['C2'] },
    { name: 'Second', accountNumbers: ['C3', 'c 2'] },
    { name: 'Third', accountNumber: 'c1', accountNumbers: ['C2'] },
    { name: 'Fourth', accountNumber: 'C3' },
  ];
  const { body } = await owner('POST', '/customers/bulk', { rows });
  const pointers = body.results.map(({ errors }: { errors: { pointer: string }[] }) =>
    errors.map((one) => one.pointer),
  );
  expect(pointers).toEqual([
    [],
    ['#/rows/1/accountNumbers/1'],
    ['#/rows/2/accountNumber', '#/rows/2/accountNumbers/0'],
    [],
  ]);
});

test('invoices: issued at once, numbered where they have no number', async () => {
  const customerId = await aCustomer(owner);
  await owner('POST', '/invoices', { customerId, number: 'Taken', lines: oneLine() });
  const rows = [
    { customerId, number: 'Own-1', lines: oneLine(5_000) },
    { customerId, lines: oneLine(7_000) },
    { customerId, number: 'taken', lines: oneLine() },
    { customerId: newId(), lines: oneLine() },
    { customerId, lines: oneLine(0) },
    { customerId, lines: [{ description: 'x', unitPriceCents: 100, discount: { cents: 101 } }] },
    { customerId, lines: [{ description: 'x', unitPriceCents: -1 }] },
  ];
  const { status, body } = await owner('POST', '/invoices/bulk', { rows, issue: true });
  expect(status, JSON.stringify(body)).toBe(200);
  const outcomes = body.results.map((row: { code: string | null; errors: { pointer: string }[] }) => [
    row.code,
    row.errors[0]?.pointer,
  ]);
  expect(outcomes).toEqual([
    [null, undefined],
    [null, undefined],
    ['number_taken', '#/rows/2/number'],
    ['customer_unknown', '#/rows/3/customerId'],
    ['invoice_without_amount', '#/rows/4/lines'],
    ['discount_too_large', '#/rows/5/lines/0/discount'],
    ['validation_failed', '#/rows/6/lines/0/unitPriceCents'],
  ]);
  const [own, numbered] = body.results;
  expect(own.number).toBe('Own-1');
  expect((await owner('GET', `/invoices/${numbered.id}`)).body).toMatchObject({
    number: numbered.number,
    status: 'issued',
    balanceCents: 7_000,
  });
  await eventually(() => house.events.of('invoice.issued').map((event) => event.subject.id)).toEqual(
    expect.arrayContaining([own.id, numbered.id]),
  );
});

test('the same import with the same key is one import', async () => {
  const customerId = await aCustomer(owner);
  const body = { rows: [{ customerId, lines: oneLine() }] };
  const key = { 'idempotency-key': 'import-1' };
  const first = await owner('POST', '/invoices/bulk', body, key);
  const again = await owner('POST', '/invoices/bulk', body, key);
  expect(again.body).toEqual(first.body);
  expect((await owner('GET', `/invoices?customerId=${customerId}`)).body.data).toHaveLength(1);
});

test('imports at once by an organisation that numbered by hand collide with nothing', async () => {
  const client = await house.as(newId());
  const customerId = await aCustomer(client);
  const year = new Date().getUTCFullYear();
  const byHand = Array.from({ length: 120 }, (_, index) => ({
    customerId,
    number: `INV-${year}-${String(index + 1).padStart(5, '0')}`,
    lines: oneLine(),
  }));
  expect((await client('POST', '/invoices/bulk', { rows: byHand })).body.failed).toBe(0);
  const rows = Array.from({ length: 100 }, () => ({ customerId, lines: oneLine() }));
  const answers = await Promise.all([1, 2, 3].map(() => client('POST', '/invoices/bulk', { rows })));
  expect(answers.map((answer) => answer.body.created)).toEqual([100, 100, 100]);
});

test('a number that a row states is not given to an earlier row without one', async () => {
  const client = await house.as(newId());
  const customerId = await aCustomer(client);
  const stated = [1, 2, 3].map((count) => `inv-${new Date().getUTCFullYear()}-0000${count}`);
  const without = stated.map(() => ({ customerId, lines: oneLine() }));
  const rows = [...without, ...stated.map((number) => ({ customerId, number, lines: oneLine() }))];
  const { body } = await client('POST', '/invoices/bulk', { rows });
  expect(body).toMatchObject({ created: 6, failed: 0 });
  const numbers = body.results.map((row: { number: string }) => row.number);
  expect(numbers.slice(3)).toEqual(stated);
  expect(new Set(numbers.map((number: string) => number.toLowerCase())).size).toBe(6);
});

test('more than 500 rows, none, or a viewer are refused', async () => {
  const rows = Array.from({ length: 501 }, (_, index) => ({ name: `C${index}` }));
  expect((await owner('POST', '/customers/bulk', { rows })).status).toBe(400);
  expect((await owner('POST', '/customers/bulk', { rows: [] })).status).toBe(400);
  const viewer = await house.as(organisationId, ['viewer']);
  expect((await viewer('POST', '/customers/bulk', { rows: [{ name: 'X' }] })).status).toBe(403);
  expect((await viewer('POST', '/invoices/bulk', { rows: [{}] })).status).toBe(403);
});

test('500 issued invoices take a moment, and every one is told', async () => {
  const client = await house.as(newId());
  const customerId = await aCustomer(client);
  const rows = Array.from({ length: 500 }, () => ({ customerId, lines: oneLine() }));
  const started = performance.now();
  const { body } = await client('POST', '/invoices/bulk', { rows, issue: true });
  expect(body.created).toBe(500);
  expect(performance.now() - started).toBeLessThan(5_000);
  const ids = new Set(body.results.map((row: { id: string }) => row.id));
  await eventually(
    () => new Set(house.events.of('invoice.issued').flatMap(({ subject: { id } }) => (ids.has(id) ? [id] : []))).size,
  ).toBe(500);
});
