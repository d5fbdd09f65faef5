import { expect, test } from 'vitest';
import { changeCustomer, newCustomer, searchTerms } from './customer.ts';

const AT = new Date('2026-03-01T09:00:00Z');
const create = (input: Parameters<typeof newCustomer>[0]) => newCustomer(input, 'c', 'o', AT);

test('account numbers are merged, the main one first, repeats dropped whatever their case or spaces', () => {
  const customer = create({ name: 'Wanjiku', accountNumber: 'adm 12', accountNumbers: ['ADM12', 'B4', 'b 4', 'C5'] });
  expect(customer.accountNumbers).toEqual(['adm 12', 'B4', 'C5']);
});

test('of new numbers the stated main one comes first, wherever it is listed', () => {
  const listed = create({ name: 'Wanjiku', accountNumber: 'HSE 12', accountNumbers: ['OLD 7', 'HSE 12'] });
  expect(listed).toMatchObject({ accountNumber: 'HSE 12', accountNumbers: ['HSE 12', 'OLD 7'] });
  const first = create({ name: 'Wanjiku', accountNumbers: ['B', 'A'] });
  expect(first).toMatchObject({ accountNumber: 'B', accountNumbers: ['B', 'A'] });
});

test.each([
  [{ accountNumber: 'B2', accountNumbers: ['A1', 'B2', 'C3'] }, 'B2', ['B2', 'A1', 'C3']],
  [{ accountNumber: 'b 2' }, 'b 2', ['b 2', 'A1', 'C3']],
  [{ accountNumber: 'K9' }, 'K9', ['K9', 'B2', 'C3']],
  [{ accountNumber: null }, null, ['B2', 'C3']],
  [{ accountNumber: null, accountNumbers: ['A1', 'C3'] }, null, ['A1', 'C3']],
  [{ accountNumbers: ['Z'] }, 'A1', ['A1', 'Z']],
])('of A1, B2 and C3, %j leaves %j as the main one of %j, and again changes nothing', (input, main, all) => {
  const held = create({ name: 'Wanjiku', accountNumber: 'A1', accountNumbers: ['B2', 'C3'] });
  const changed = changeCustomer(held, input, AT);
  expect(changed).toMatchObject({ accountNumber: main, accountNumbers: all });
  expect(changeCustomer(changed ?? held, input, AT)).toBeUndefined();
});

test.each([
  [{ accountNumber: 'C3' }, 'C3', ['C3', 'B2']],
  [{ accountNumber: 'K9' }, 'K9', ['K9', 'B2', 'C3']],
  [{ accountNumbers: ['Z'] }, null, ['Z']],
])('of B2 and C3 without a main one, %j leaves %j as the main one of %j', (input, main, all) => {
  const held = create({ name: 'Wanjiku', accountNumber: null, accountNumbers: ['B2', 'C3'] });
  expect(changeCustomer(held, input, AT)).toMatchObject({ accountNumber: main, accountNumbers: all });
});

test('what is left out stays, null clears', () => {
  const customer = create({ name: 'Wanjiku', phone: '254712345678', accountNumber: 'A', accountNumbers: ['B'] });
  expect(changeCustomer(customer, { email: 'w@example.com' }, AT)).toMatchObject({
    phone: '254712345678',
    accountNumbers: ['A', 'B'],
    version: 2,
  });
  expect(changeCustomer(customer, { phone: null, accountNumber: null }, AT)).toMatchObject({
    phone: null,
    accountNumbers: ['B'],
  });
  expect(changeCustomer(customer, { accountNumbers: ['Z'] }, AT)?.accountNumbers).toEqual(['A', 'Z']);
});

test('a change that changes nothing is none', () => {
  const contacts = [{ name: 'Otieno', phone: '254733000111' }];
  const customer = create({ name: 'Wanjiku', phone: '254712345678', accountNumber: 'A 1', contacts });
  const same = { name: 'Wanjiku', phone: '254712345678', email: null, accountNumbers: ['a1'], isCompany: false };
  for (const input of [{}, same, { contacts }, { accountNumber: 'A 1', locale: null }, { name: undefined }])
    expect(changeCustomer(customer, input, new Date())).toBeUndefined();
  for (const input of [
    { accountNumber: 'A1' },
    { contacts: [] },
    { contacts: [{ ...contacts[0]!, relation: 'father' }] },
  ])
    expect(changeCustomer(customer, input, AT)).toMatchObject({ version: 2 });
});

test('a search finds names, contacts, accounts, phones and e-mail', () => {
  const customer = create({
    name: 'Wanjiku  Kamau',
    phone: '254712345678',
    email: 'w@example.com',
    accountNumber: 'Adm 12',
    contacts: [{ name: 'Otiéno', phone: '254733000111' }],
  });
  expect(searchTerms(customer)).toEqual(
    expect.arrayContaining([
      'wanjiku kamau',
      'kamau',
      'otieno',
      'adm12',
      '12',
      '254712345678',
      '254733000111',
      'w@example.com',
    ]),
  );
});

test('a name is found from each of its parts on, an account number from each of its words and runs of digits on', () => {
  const customer = create({ name: 'Ann O’Brien-Otieno', accountNumbers: ['ADM/2024/0012', 'HSE7B'] });
  expect(searchTerms(customer)).toEqual([
    "ann o'brien-otieno",
    'ann',
    'obrienotieno',
    'brienotieno',
    'otieno',
    'adm20240012',
    '20240012',
    '0012',
    'hse7b',
    '7b',
  ]);
});

test('of many parts the first eight are found by', () => {
  const terms = searchTerms(create({ name: 'X', accountNumbers: ['A-B-C-D-E-F-G-H-I-J'] }));
  expect(terms).toEqual(expect.arrayContaining(['abcdefghij', 'hij']));
  expect(terms).not.toContain('ij');
});
