import { connectMongo } from '@malipo/service-kit';
import { createSlice } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomerStore } from '../src/store/customers.ts';
import { migrations } from '../src/store/migrations.ts';
import { type Client, type House, openHouse } from './house.ts';

let house: House;
let owner: Client;

beforeAll(async () => {
  house = await openHouse();
  owner = await house.as(newId());
  const [wanjiku, otieno] = [
    {
      name: 'Wanjikũ Kamau',
      phone: '0712 345 678',
      email: 'w.kamau@example.com',
      accountNumber: 'HSE 12',
      accountNumbers: ['B 4'],
      contacts: [{ name: "Ng'ang'a", phone: '+44 7911 123456' }],
    },
    { name: 'Otieno', phone: '0733 000 111', accountNumber: 'HSE 2', accountNumbers: ['C4', '712'] },
  ];
  const brian = { name: "Brian O'Malley-Barasa", phone: '020 2345678', accountNumber: 'ADM/2024/0012' };
  for (const customer of [wanjiku, otieno, brian])
    expect((await owner('POST', '/customers', customer)).status).toBe(201);
});
afterAll(() => house?.close());

const found = async (q: string): Promise<string[]> => {
  const { status, body } = await owner('GET', `/customers?q=${encodeURIComponent(q)}`);
  expect(status).toBe(200);
  return body.data.map((row: { name: string }) => row.name);
};

test('a search of which nothing shows is refused, since it would find everybody', async () => {
  expect(await owner('GET', `/customers?q=${encodeURIComponent('\u200b\u0000')}`)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '#/query/q' }] },
  });
});

test.each([
  '0712345678',
  '712345678',
  '+254712345678',
  '254712345678',
  '0712 345 678',
  '+254 712 345 678',
  '(0712) 345-678',
  '254-712-345',
  '00254712',
  '0712',
  '0712 34',
  '712345',
  '+2547123',
  '+44 7911',
  'HSE 12',
  'HSE 1',
  'hse12',
  'hse1',
  'B 4',
  'b4',
  '12',
  'wanjiku',
  'WANJIKŨ',
  'wanjiku\u0303',
  'kamau 0712 345 678',
  'HSE 12 wanjikũ',
  'w.kamau@ex',
  'ng’ang',
  'nganga',
  'ang’a',
  '\u202a+254\u00a0712\u2011345\u202c',
])('%s finds Wanjikũ and nobody else', async (q) => {
  expect(await found(q)).toEqual(['Wanjikũ Kamau']);
});

test.each([
  ['hse', ['Otieno', 'Wanjikũ Kamau']],
  ['712', ['Otieno']],
  ['0713', []],
  ['345678', []],
  ['HSE 3', []],
  ['otieno 0712', []],
  ['.* $gt', []],
  ['\u0303', ["Brian O'Malley-Barasa", 'Otieno', 'Wanjikũ Kamau']],
])('%s finds %j', async (q, names) => {
  expect(await found(q)).toEqual(names);
});

test.each([
  '0012',
  'adm',
  'adm 2024',
  'adm2024',
  'ADM-2024-0012',
  'adm / 2024 / 0012',
  '2024/00',
  'barasa',
  "o'malley",
  'omalley',
  'malley barasa',
  '020 234',
])('%s finds Brian and nobody else', async (q) => {
  expect(await found(q)).toEqual(["Brian O'Malley-Barasa"]);
});

test('the beginning of a name is found without its marks, too', async () => {
  expect((await owner('GET', '/customers?name=wanjiku%20k')).body.data).toHaveLength(1);
});

test('the beginning of a name is found, whatever comes behind it', async () => {
  const shops = await house.as(newId());
  for (const name of ['Duka🛒', '🛒🛒 Soko']) await shops('POST', '/customers', { name });
  for (const [name, whole] of [
    ['duka', 'Duka🛒'],
    ['🛒', '🛒🛒 Soko'],
  ] as const) {
    const { body } = await shops('GET', `/customers?name=${encodeURIComponent(name)}`);
    expect(body.data.map((row: { name: string }) => row.name)).toEqual([whole]);
  }
});

test('a search of a hundred words is answered', async () => {
  expect(await found('ab '.repeat(66))).toEqual([]);
});

test('customers of before are found, too, and keep their versions', async () => {
  const slice = createSlice();
  const mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}invoice`);
  const run = async (from: number, to?: number) => {
    for (const { up } of migrations.slice(from, to)) await up(mongo.db);
  };
  await run(0, 3);
  const row = (name: string, search: string[], own: object = {}) => ({
    ...{ _id: newId(), organisationId: 'o', name, nameKey: name.toLowerCase(), isCompany: false, kraPin: null },
    ...{ phone: null, phones: [], email: null, contacts: [], locale: null, accountNumbers: [], search },
    ...{ version: 7, createdAt: new Date(), updatedAt: new Date(), ...own },
  });
  const old = row('Wanjikũ Kamau', ['wanjikũ kamau', 'wanjikũ', 'kamau', 'hse12'], {
    ...{ accountNumbers: ['HSE 12'], accountKeys: ['HSE12'] },
  });
  const many = Array.from({ length: 1_001 }, (_, count) => row(`Müller ${count}`, [`müller ${count}`, 'müller']));
  const rows = mongo.db.collection<{ _id: string }>('customers');
  const parted = row('Brian Otieno-Barasa', ['brian otieno-barasa', 'brian', 'otieno-barasa', 'adm/2024/0012'], {
    ...{ accountNumbers: ['ADM/2024/0012'], accountKeys: ['ADM/2024/0012'] },
  });
  await rows.insertMany([old, ...many, parted, row('Otieno', ['otieno'])]);
  await run(3);
  await run(3);
  const { list } = createCustomerStore(mongo.db);
  for (const search of [{ q: 'wanjiku' }, { q: '12 kamau' }, { name: 'wanjiku k' }])
    expect((await list('o', search, { limit: 9 }, ({ name, version }) => `${name} ${version}`)).data).toEqual([
      'Wanjikũ Kamau 7',
    ]);
  for (const q of ['barasa', '0012'])
    expect((await list('o', { q }, { limit: 9 }, ({ name }) => name)).data).toEqual(['Brian Otieno-Barasa']);
  expect(await rows.countDocuments({ search: 'muller', nameKey: /^muller/ })).toBe(1_001);
  await mongo.close();
  await slice.drop();
});
