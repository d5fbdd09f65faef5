import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRegister } from './people.ts';
import type { Person } from './read/customers.ts';
import { type Desk, openDesk } from './testing/desk.ts';
import { person } from './testing/people.ts';

/** How many customers some rows with the same account number make. */
const countOf = (names: readonly string[], rest: readonly Partial<Person>[] = []): number => {
  const register = createRegister();
  const people = names.map((name, at) => person(name, { accounts: ['A1'], ...rest[at] }));
  return new Set(people.map((one) => register.take(one, false).customerId)).size;
};

describe('rows with one account number', () => {
  test.each([
    ['Jane Wambui', 'Jane W.'],
    ['Jane Wambui', 'J. Wambui'],
    ['Jane Wambui', 'Jane'],
    ['Jane Wambui', 'Mrs. Wambui'],
    ['Jane Wambui', 'WAMBUI JANE NJERI'],
    ['Mohammed Abdi', 'Mohamed Abdy'],
    ['Stephen Kamau', 'Steven Kamao'],
    ["Peter Ng'ang'a", 'Peter Nganga'],
    ['Zawadi Supplies Ltd', 'Zawadi Supplies Limited'],
  ])('%s and %s are one customer', (one, other) => {
    expect(countOf([one, other])).toBe(1);
    expect(countOf([other, one])).toBe(1);
  });

  test.each([
    ['John Kamau', 'John Otieno'],
    ['John Kamau', 'John M. Otieno'],
    ['John Kamau', 'John O.'],
    ['Jane Wanjiku', 'Jane Wanjiru'],
    ['Brian Otieno', 'Brian Atieno'],
    ['John Kamau', 'Joan Kamau'],
    ['Mr. Kamau', 'Mr. Otieno'],
    ['Acme Supplies Ltd', 'Zawadi Supplies Ltd'],
  ])('%s and %s are two', (one, other) => {
    expect(countOf([one, other])).toBe(2);
  });

  test('different phones or customer numbers make two of the same name, one in common makes one', () => {
    const [first, second] = ['254712000101', '254722000102'];
    const names = ['John Kamau', 'John Kamau'];
    expect(countOf(names, [{ phones: [first] }, { phones: [second] }])).toBe(2);
    expect(countOf(names, [{ phones: [first] }, { phones: [second, first] }])).toBe(1);
    expect(
      countOf(names, [
        { key: 'K1', accounts: ['A1', 'K1'] },
        { key: 'K2', accounts: ['A1', 'K2'] },
      ]),
    ).toBe(2);
    expect(countOf(names, [{ key: 'K1', accounts: ['A1', 'K1'] }, {}])).toBe(1);
  });

  test('who shares most words is the customer, and where two share as many nobody is', () => {
    expect(countOf(['John Kamau', 'John Otieno', 'John M. Otieno'])).toBe(2);
    expect(countOf(['John Kamau', 'John Otieno', 'John'])).toBe(3);
  });

  test('whoever was merged by one word is no bridge between two', () => {
    expect(countOf(['John', 'John Kamau', 'John Otieno'])).toBe(2);
  });
});

describe('the command', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk?.close());

  const TITLES = 'Invoice No,Customer,House No,Phone,Balance';
  const STATEMENT = 'Receipt No.,Completion Time,Details,Paid In,A/C No.';
  const paidBy = (payer: string, account: string): string =>
    `${STATEMENT}\nUAC6V8B2N4,12-01-2026 07:14:03,Pay Bill from ${payer} Acc. ${account},15000,${account}\n`;

  test('pays the tenant of house A1 who paid, not the one of the other building', async () => {
    const rows = ['INV-101,John Kamau,A1,0712000101,15000', 'INV-102,John Otieno,A1,0722000102,15000'];
    await desk.write('two.csv', [TITLES, ...rows].join('\n'));
    await desk.write('p.csv', paidBy('2547****102 - JOHN OTIENO', 'A1'));
    const ended = await desk.run('two.csv', 'p.csv');
    expect(ended.stdout).toContain('2 invoices, 2 customers');
    expect(await desk.sheet('Payments')).toMatchObject([{ Decision: 'applied', Invoices: 'INV-102' }]);
  });

  test('gives an invoice to the listed customer of the account who is called like it', async () => {
    await desk.write('list.csv', 'Name,House No\nJohn Kamau,A1\nJohn Otieno,A1\n');
    await desk.write('one.csv', 'Invoice No,Customer,House No,Balance\nINV-102,John M. Otieno,A1,15000\n');
    const ended = await desk.run('one.csv', 'p.csv', '--customers', desk.at('list.csv'));
    expect(ended.stdout).not.toContain('not in their file');
    expect(await desk.sheet('Invoices')).toMatchObject([{ Customer: 'John Otieno' }]);
  });

  test('takes no name without more for the one of two who stands first', async () => {
    const rows = [
      'INV-1,Jane Doe,,0712000001,100',
      'INV-2,Jane Doe,,,200',
      'INV-3,Jane Doe,,0722000002,300',
      'INV-4,Mary,B2,,400',
      'INV-5,Mary Njeri,B2,,500',
      'INV-6,Mary Atieno,B2,,600',
    ];
    await desk.write('order.csv', [TITLES, ...rows].join('\n'));
    expect((await desk.run('order.csv', 'p.csv')).stdout).toContain('6 invoices, 6 customers');
  });

  test('takes what stands under many names for no account, and says so', async () => {
    const names = ['Ann Wafula', 'Ali Noor', 'Jane Wambui', 'Peter Okoth', 'Lucy Nekesa', 'Jane', 'Ann'];
    const rows = names.map((name, at) => `INV-${at},${name},Rental Income,,15000`);
    await desk.write('ledger.csv', [TITLES, ...rows].join('\n'));
    const ended = await desk.run('ledger.csv', 'p.csv', '--json');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('7 invoices, 7 customers');
    expect(ended.stderr).toMatch(/in part: ledger\.csv, line 2: .*7 different names.* 'Rental Income'; /);
    expect((await desk.sheet('Invoices')).map(({ Account }) => Account)).toEqual(names.map(() => ''));
  });
});
