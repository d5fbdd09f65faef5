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

test('a reason that was stored as sentences keeps them', () => {
  const told = { en: 'the reference names it', sw: 'kumbukumbu inaitaja', score: 9 };
  expect(inWords(told)).toEqual(told);
});

test.each(['says_the_plate', 'toString'])('a code of a later version, %s, is its own word', (code) => {
  const text = code.replaceAll('_', ' ');
  expect(inWords({ code, score: 1 })).toEqual({ code, en: text, sw: text, score: 1 });
});
