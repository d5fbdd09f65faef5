import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';

it('a full name of which a part is another is only a hint, unless the amount fits', () => {
  const state = business(
    ...RENT,
    customer('d', 'Denis Korir Kimani', { phones: ['254745000222'] }),
    invoice('fd', 'd', 'INV-2026-00903', 251_000),
  );
  const other = { number: { form: 'full', value: '254799000333' }, payerNames: ['FATUMA'] } as const;
  const isHint = (reference: string, amountCents = 320_000) =>
    decide(state, payment({ ...other, reference, amountCents })).guards.includes('hint-only');
  expect(isHint('Dennis Chebet Kimani')).toBe(true);
  expect(isHint('Dennis Chebet Kimani', 251_000)).toBe(false);
  for (const same of ['Dennis Kimani', 'Dennis Korir Kimani', 'Dennis Kimani Kor']) expect(isHint(same)).toBe(false);
});
