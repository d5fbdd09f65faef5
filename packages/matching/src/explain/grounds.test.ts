import { expect, test } from 'vitest';
import { inWords } from './grounds.ts';

test('a reason is said in both languages, with what it speaks of', () => {
  expect(inWords({ code: 'invoice_exact', detail: 'INV-7', score: 6.8 })).toEqual({
    code: 'invoice_exact',
    en: 'the reference is exactly INV-7',
    sw: 'kumbukumbu ni sawa kabisa na INV-7',
    score: 6.8,
  });
  expect(inWords({ code: 'own_phone', score: 7 })).toMatchObject({ en: "it was paid from the customer's phone" });
});

test.each([
  ['1', 'once', 'mara 1'],
  ['3', '3 times', 'mara 3'],
])('a habit of %s payments is told in plain words', (detail, en, sw) => {
  const told = inWords({ code: 'paid_before', detail, score: 2 });
  expect(told.en).toBe(`this payer has paid for the customer ${en}`);
  expect(told.sw).toMatch(new RegExp(`${sw}$`));
});

test('a reason that was stored as sentences keeps them', () => {
  const told = { en: 'the reference names it', sw: 'kumbukumbu inaitaja', score: 9 };
  expect(inWords(told)).toEqual(told);
});

test.each(['says_the_plate', 'toString'])('a code of a later version, %s, is its own word', (code) => {
  const text = code.replaceAll('_', ' ');
  expect(inWords({ code, score: 1 })).toEqual({ code, en: text, sw: text, score: 1 });
});
