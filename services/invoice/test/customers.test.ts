import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Client, eventually, type House, openHouse } from './house.ts';

let house: House;
let owner: Client;
const organisationId = newId();

beforeAll(async () => {
  house = await openHouse();
  owner = await house.as(organisationId);
});
afterAll(() => house?.close());

const full = {
  name: 'Wanjiku Kamau',
  phone: '0712 345 678',
  email: 'Wanjiku@Example.com',
  accountNumber: 'ADM 1001',
  accountNumbers: ['adm1001', 'House B4'],
  kraPin: 'A123456789Z',
  contacts: [{ name: 'Otieno', phone: '+254733000111', relation: 'father' }],
  locale: 'sw',
};

test('a customer is created, told and read again', async () => {
  const created = await owner('POST', '/customers', full);
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    phone: '254712345678',
    email: 'wanjiku@example.com',
    accountNumber: 'ADM 1001',
    accountNumbers: ['ADM 1001', 'House B4'],
    isCompany: false,
    version: 1,
  });
  const id: string = created.body.id;
  const read = await owner('GET', `/customers/${id}`);
  expect(read).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: created.body });
  await eventually(() => house.events.of('customer.saved').find((event) => event.subject.id === id)).toMatchObject({
    organisationId,
    subject: { version: 1 },
    data: { customerId: id, phone: '254712345678', accountNumbers: ['ADM 1001', 'House B4'] },
  });
});

test.each([
  ['phone=0712345678'],
  ['phone=%2B254733000111'],
  ['email=WANJIKU%40example.com'],
  ['accountNumber=houseb4'],
  ['name=wanjiku%20k'],
  ['q=kam'],
  ['q=adm1001%20wan'],
  ['q=2547123'],
])('is found by %s', async (filter) => {
  const { status, body } = await owner('GET', `/customers?${filter}`);
  expect(status).toBe(200);
  expect(body.data).toMatchObject([{ name: 'Wanjiku Kamau' }]);
});

test.each([['phone=0799999999'], ['name=kamau'], ['q=wan%20zzz'], ['q=.*'], ['accountNumber=ADM']])(
  'is not found by %s',
  async (filter) => {
    expect((await owner('GET', `/customers?${filter}`)).body.data).toEqual([]);
  },
);

test('pages go forward and back', async () => {
  const other = await house.as(newId());
  for (const name of ['A', 'B', 'C']) await other('POST', '/customers', { name });
  const names = ({ body }: Answer) => body.data.map((row: { name: string }) => row.name);
  const first = await other('GET', '/customers?limit=2');
  expect(names(first)).toEqual(['C', 'B']);
  const second = await other('GET', `/customers?limit=2&cursor=${first.body.page.next}`);
  expect(names(second)).toEqual(['A']);
  expect(names(await other('GET', `/customers?limit=2&cursor=${second.body.page.prev}`))).toEqual(['C', 'B']);
});

test('an account number belongs to one customer, whatever its case and spaces', async () => {
  const answer = await owner('POST', '/customers', { name: 'X', accountNumber: 'new', accountNumbers: ['HOUSEB4'] });
  expect(answer).toMatchObject({
    status: 409,
    body: { code: 'account_number_taken', errors: [{ pointer: '#/accountNumbers/0' }] },
  });
  const elsewhere = await house.as(newId());
  expect((await elsewhere('POST', '/customers', { name: 'X', accountNumber: 'HOUSEB4' })).status).toBe(201);
  for (const name of ['no', 'numbers']) expect((await owner('POST', '/customers', { name })).status).toBe(201);
});

test('of two that take the same account number at once, one gets it', async () => {
  const both = await Promise.all(
    [1, 2].map(() => owner('POST', '/customers', { name: 'Twin', accountNumber: 'TWIN' })),
  );
  expect(both.map((answer) => answer.status).sort()).toEqual([201, 409]);
});

describe('a change', () => {
  test('keeps what is left out, clears what is null, and is told', async () => {
    const id = (await owner('POST', '/customers', { ...full, accountNumber: 'K1', accountNumbers: ['K2'] })).body[
      'id'
    ]!;
    const changed = await owner(
      'PATCH',
      `/customers/${id}`,
      { phone: null, accountNumber: 'K9' },
      { 'if-match': '"1"' },
    );
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(changed.body).toMatchObject({ phone: null, accountNumbers: ['K9', 'K2'], email: 'wanjiku@example.com' });
    expect(await owner('PATCH', `/customers/${id}`, { name: 'Z' }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'version_stale' },
    });
    expect((await owner('PATCH', `/customers/${id}`, { name: 'Z' }, { 'if-match': 'one' })).status).toBe(422);
    expect((await owner('GET', '/customers?accountNumber=K1')).body.data).toEqual([]);
    await owner('PATCH', `/customers/${id}`, { accountNumber: null, accountNumbers: [] });
    expect((await owner('GET', `/customers/${id}`)).body.accountNumbers).toEqual([]);
    await eventually(() =>
      house.events
        .of('customer.saved')
        .filter((event) => event.subject.id === id)
        .map((e) => e.subject.version),
    ).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  test('that changes nothing is none: the version stays, nothing is told', async () => {
    const own = { accountNumber: 'S 1', accountNumbers: [] };
    const created = await owner('POST', '/customers', { ...full, ...own });
    const url = `/customers/${created.body.id}`;
    for (const same of [{}, { name: full.name, phone: '+254712345678' }, { contacts: full.contacts }])
      expect(await owner('PATCH', url, same)).toMatchObject({
        status: 200,
        headers: { etag: '"1"' },
        body: created.body,
      });
    expect((await owner('PATCH', url, {}, { 'if-match': '"2"' })).status).toBe(412);
    expect((await owner('PATCH', url, { email: null }, { 'if-match': '"1"' })).body.version).toBe(2);
    const told = () => house.events.of('customer.saved').filter((event) => event.subject.id === created.body.id);
    await eventually(() => told().map((event) => event.subject.version)).toEqual([1, 2]);
  });

  test('by many at once loses nobody’s field', async () => {
    const id = (await owner('POST', '/customers', { name: 'Busy' })).body.id;
    const changes = [{ email: 'busy@example.com' }, { phone: '0722000000' }, { isCompany: true }, { locale: 'en' }];
    const answers = await Promise.all(changes.map((change) => owner('PATCH', `/customers/${id}`, change)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await owner('GET', `/customers/${id}`)).body).toMatchObject({
      email: 'busy@example.com',
      phone: '254722000000',
      isCompany: true,
      locale: 'en',
      version: 5,
    });
  });
});

test('another organisation sees nothing of it, and a viewer only reads', async () => {
  const id = (await owner('POST', '/customers', { name: 'Ours' })).body.id;
  const stranger = await house.as(newId());
  expect((await stranger('GET', `/customers/${id}`)).status).toBe(404);
  expect((await stranger('PATCH', `/customers/${id}`, { name: 'Mine' })).status).toBe(404);
  expect((await stranger('GET', '/customers')).body.data).toEqual([]);
  const viewer = await house.as(organisationId, ['viewer']);
  expect((await viewer('GET', `/customers/${id}`)).status).toBe(200);
  expect(await viewer('PATCH', `/customers/${id}`, { name: 'X' })).toMatchObject({
    status: 403,
    body: { code: 'role_missing' },
  });
  expect((await viewer('POST', '/customers', { name: 'X' })).status).toBe(403);
});

test.each([
  ['no name', {}],
  ['an empty name', { name: ' ' }],
  ['an injected name', { name: { $gt: '' } }],
  ['NUL', { name: 'a\u0000b' }],
  ['a right-to-left override', { name: 'a\u202eb' }],
  ['an unknown field', { name: 'A', admin: true }],
  ['__proto__', JSON.parse('{"name":"A","__proto__":{"x":1}}')],
  ['a bad phone', { name: 'A', phone: '12' }],
  ['a bad PIN', { name: 'A', kraPin: 'P1' }],
  ['a bad e-mail', { name: 'A', email: 'a@' }],
])('%s is refused with a problem', async (_what, body) => {
  const answer = await owner('POST', '/customers', body);
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
});
