import { expect, test } from 'vitest';
import { z } from 'zod';
import { hashMsisdn, MobileMsisdn, Msisdn, maskMsisdn, numberFits, readPayerNumber, toMsisdn } from './phone.ts';

const FORMS = [
  '0712345678',
  '+254 712 345 678',
  '254712345678',
  '712345678',
  '(0712) 345-678',
  '0712.345.678',
  '254 0712345678',
  '+254 (0) 712 345 678',
  '\u202a+254\u00a0712\u00a0345678\u202c',
  '\u2066\u200e0712\u2011345\u2013678\u2069',
  '\ufeff0712\u200b345\u200d678',
];

test.each(FORMS)('%j is 254712345678', (text) => {
  expect(toMsisdn(text)).toBe('254712345678');
});

test.each([
  ['+44 7911 123456', '447911123456'],
  ['0112345678', '254112345678'],
  ['020 2345678', '254202345678'],
  ['+254 20 2345678', '254202345678'],
  ['254202345678', '254202345678'],
  ['(051) 234-5678', '254512345678'],
])('%s is %s', (text, msisdn) => {
  expect(toMsisdn(text)).toBe(msisdn);
});

test.each([
  '',
  '12345',
  '0312345678',
  '0212345678',
  '202345678',
  '0202345',
  'abc',
  '2547123456789',
  'INV+447911123456',
  '+44791112',
])('%s is no number', (text) => {
  expect(toMsisdn(text)).toBeUndefined();
});

test.each(['020 2345678', '+44 7911 123456'])('%s can be called, and not be asked to pay', (text) => {
  expect(MobileMsisdn.safeParse(text).success).toBe(false);
  expect(MobileMsisdn.parse('0712 345 678')).toBe('254712345678');
});

test('the document takes every form of a number, and nothing with too few digits for one', () => {
  for (const [kind, of] of [
    [Msisdn, 'any usual form'],
    [MobileMsisdn, 'Kenyan mobile'],
  ] as const) {
    const { pattern = '', description } = Object(
      z.toJSONSchema(z.object({ of: kind }), { io: 'input' }).properties?.['of'],
    );
    expect(description).toContain(of);
    for (const form of [...FORMS, '+44 7911 123456', '020 2345678']) expect(form).toMatch(new RegExp(pattern));
    for (const text of ['', 'abc', '12345', 'Grace']) expect(text).not.toMatch(new RegExp(pattern));
  }
});

test('the hash is the published sample’s', () => {
  expect(hashMsisdn('254700000001')).toBe('172509f6416f41d1ce3b78a757c1d4ce90fc1ab1c9d4cdf1edf25ab7bf3fbdfd');
});

test.each([
  ['254712345678', 'full', '254712345678'],
  [254712345678, 'full', '254712345678'],
  ['2547 ***** 126', 'masked', '2547*****126'],
  ['25470****149', 'masked', '25470*****149'],
  ['0712***126', 'masked', '254712*****126'],
  ['07xx xxx 126', 'masked', '2547*****126'],
  ['+254 712-XXX-126', 'masked', '254712*****126'],
  ['2547•••••126', 'masked', '2547*****126'],
  ['071######26', 'masked', '25471*****26'],
  ['*********126', 'masked', '*****126'],
  ['XXX-XXX-5126', 'masked', '*****5126'],
  ['***26', 'none', ''],
  ['#126', 'none', ''],
  [hashMsisdn('254712345678').toUpperCase(), 'sha256', hashMsisdn('254712345678')],
  ['', 'none', ''],
  [undefined, 'none', ''],
  ['0512345678', 'none', ''],
  ['+254 51 2345678', 'full', '254512345678'],
  [{ $gt: '' }, 'none', ''],
])('%j reads as %s', (raw, form, value) => {
  expect(readPayerNumber(raw)).toEqual({ form, value });
});

test('a known number fits what the provider showed of it, and no other', () => {
  for (const raw of ['254712345678', maskMsisdn('254712345678'), hashMsisdn('254712345678')]) {
    expect(numberFits('254712345678', readPayerNumber(raw))).toBe(true);
    expect(numberFits('254712345679', readPayerNumber(raw))).toBe(false);
  }
  expect(numberFits('254112345678', readPayerNumber(maskMsisdn('254712345678')))).toBe(false);
  expect(numberFits('254712345678', readPayerNumber(''))).toBe(false);
});
