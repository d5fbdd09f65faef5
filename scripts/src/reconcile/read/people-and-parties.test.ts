import { describe, expect, test } from 'vitest';
import { createRegister } from '../people.ts';
import { person } from '../testing/people.ts';
import { titleWords } from './columns.ts';
import type { Person } from './customers.ts';
import { readParty } from './payer.ts';
import { readNumber, readPhones } from './phone.ts';

describe('readParty', () => {
  test.each([
    ['2547****678 - JANE DOE', { form: 'masked', value: '2547*****678' }, 'JANE DOE', null],
    ['254700000001 - JANE DOE', { form: 'full', value: '254700000001' }, 'JANE DOE', null],
    ['600111 - ACME LTD', { form: 'none', value: '' }, 'ACME LTD', null],
    [
      'Pay Bill from 2547****678 - JANE DOE Acc. INV 0042',
      { form: 'masked', value: '2547*****678' },
      'JANE DOE',
      'INV 0042',
    ],
    ['Merchant Payment from 0722***000 JANE', { form: 'masked', value: '254722*****000' }, 'JANE', null],
    ['Organization To Organization Transfer from 600111 - ACME LTD', { form: 'none', value: '' }, 'ACME LTD', null],
    ['Pay Bill Charge', { form: 'none', value: '' }, '', null],
  ])('%s', (text, number, name, reference) => {
    expect(readParty(text)).toEqual({ number, name, reference });
  });
});

describe('phones', () => {
  test('several in a cell, in any form, and what is none', () => {
    expect(readPhones('0712 345 678 / +254722000111 or 110000222; none')).toEqual({
      phones: ['254712345678', '254722000111', '254110000222'],
      rest: ['none'],
    });
    expect(readPhones('0712345678\n0722000111').phones).toEqual(['254712345678', '254722000111']);
    expect(readPhones(254712345678).phones).toEqual(['254712345678']);
    expect(readPhones(712345678).phones).toEqual(['254712345678']);
  });

  test.each([
    ['2547XXXX678', 'masked', '2547*****678'],
    ['2547 ***** 126', 'masked', '2547*****126'],
    ['0722***000', 'masked', '254722*****000'],
    ["'0712345678", 'full', '254712345678'],
    ['a'.repeat(64), 'sha256', 'a'.repeat(64)],
    ['n/a', 'none', ''],
  ])('%s is %s', (text, form, value) => {
    expect(readNumber(text)).toEqual({ form, value });
  });
});

test('titles are compared by their words', () => {
  expect(titleWords('Inv. #')).toBe('inv no');
  expect(titleWords('InvoiceNumber')).toBe('invoice number');
  expect(titleWords(' AMOUNT (KES) ')).toBe('amount');
  expect(titleWords('A/C No.')).toBe('a c no');
  expect(titleWords('BillRefNumber')).toBe('bill ref number');
});

describe('the register of customers', () => {
  const ids = (people: Person[], isListed = false): string[] => {
    const register = createRegister();
    return people.map((one) => register.take(one, isListed).customerId);
  };

  test('an account number with a word of the name makes one customer, two houses A1 make two', () => {
    const accounts = ['A1'];
    expect(ids([person('Jane Doe', { accounts }), person('DOE, Jane W.', { accounts: ['a-1'] })])).toEqual([
      'C1',
      'C1',
    ]);
    expect(ids([person('Jane Doe', { accounts }), person('Ali Noor', { accounts })])).toEqual(['C1', 'C2']);
  });

  test('the same name with another phone is somebody else, without one it is the same', () => {
    const phones = ['254712345678'];
    expect(ids([person('Jane Doe', { phones }), person('JANE DOE')])).toEqual(['C1', 'C1']);
    expect(ids([person('Jane Doe', { phones }), person('Jane Doe', { phones: ['254722000111'] })])).toEqual([
      'C1',
      'C2',
    ]);
  });

  test('two of one name in the list are two; an invoice finds the one that is called so alone', () => {
    expect(ids([person('Jane Doe'), person('Jane Doe')], true)).toEqual(['C1', 'C2']);
    const register = createRegister();
    register.take(person('Jane Doe', { phones: ['254712345678'] }), true);
    expect(register.take(person('Jane  doe', { phones: ['254722000111'] }), false)).toEqual({
      customerId: 'C1',
      isListed: true,
    });
    expect(register.facts()).toMatchObject([{ phones: ['254712345678', '254722000111'] }]);
  });
});
