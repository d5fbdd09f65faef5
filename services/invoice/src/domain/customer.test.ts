import { expect, test } from 'vitest';
import { changeCustomer, newCustomer, searchTerms } from './customer.ts';

const AT = new Date('2026-03-01T09:00:00Z');
const create = (input: Parameters<typeof newCustomer>[0]) => newCustomer(input, 'c', 'o', AT);

test('account numbers are merged, the main one first, repeats dropped whatever their case or spaces', () => {
  const customer = create({ name: 'Wanjiku', accountNumber: 'adm 12', accountNumbers: ['ADM12', 'B4', 'b 4', 'C5'] });
  expect(customer.accountNumbers).toEqual(['adm 12', 'B4', 'C5']);
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
      'adm',
      '12',
      '254712345678',
      '254733000111',
      'w@example.com',
    ]),
  );
});
