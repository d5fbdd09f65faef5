import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { inWords } from './explain/grounds.ts';
import { business, customer, invoice, payment, placed, RENT } from './testing/business.ts';
import type { Fact } from './types.ts';

describe('several numbers in one reference', () => {
  const mary = { reference: 'A12/B07', amountCents: 2_100_000 };

  it.each(['A12/B07', '123 & 198', 'INV00123/00198', 'A12 00198'])(
    'two customers share the money only by a person: %s',
    (reference) => {
      expect(placed([], { ...mary, reference }).outcome).toBe('suggested');
    },
  );

  it.each(['123,198', 'INV-2026-00123 & 00198'])(
    'a stranger who pays exactly the sum is proposed for both: %s',
    (reference) => {
      const stranger = { number: { form: 'full', value: '254799000333' }, payerNames: ['ZED'] } as const;
      const both = payment({ ...stranger, ...mary, reference });
      const { outcome, proposal, alternatives } = decide(business(...RENT), both);
      expect(outcome).toBe('suggested');
      expect([proposal, ...alternatives].map((one) => one?.allocations)).toEqual([
        [{ invoiceId: 'i1', amountCents: 1_200_000 }],
        [{ invoiceId: 'i2', amountCents: 900_000 }],
      ]);
      for (const one of [proposal, ...alternatives]) {
        const told = (one?.because ?? []).map((because) => inWords(because));
        expect(told.map(({ en }) => en)).toContainEqual(
          expect.stringMatching(/what 2 customers who are named owe together/),
        );
        expect(told.map(({ sw }) => sw)).toContainEqual(expect.stringMatching(/wateja 2 waliotajwa/));
      }
    },
  );

  it('one customer named twice, and two where nothing is left over, are no doubt', () => {
    expect(placed([], { reference: 'A12/00123' })).toMatchObject({ outcome: 'auto', parts: { i1: 12_000 } });
    expect(placed([], { reference: 'A12/B07' })).toMatchObject({ outcome: 'auto', parts: { i1: 12_000 } });
    expect(placed([], { ...mary, reference: 'A12/00123' })).toMatchObject({ outcome: 'auto', credit: 9_000 });
  });
});

describe('a text that names two customers', () => {
  const mother = '254745000444';
  const children: Fact[] = [
    customer('ann', 'Ann Mwai', { phones: [mother], accountNumbers: ['1210'], contacts: [{ name: 'Jane Mwai' }] }),
    customer('brian', 'Brian Mwai', { accountNumbers: ['1377'], contacts: [{ name: 'Jane Mwai' }] }),
    invoice('ia', 'ann', 'S-0500', 1_850_000, { description: 'Fees' }),
    invoice('ib', 'brian', 'S-0501', 1_500_000, { description: 'Fees' }),
  ];

  it.each(['1210 1377', '1377 & 1210', 'ann and brian mwai', 'S-0500, 1377'])(
    'is not for the one whose number it was paid from alone: %s',
    (reference) => {
      const jane = { number: { form: 'full', value: mother }, payerNames: ['JANE', 'MWAI'] } as const;
      const paid = placed(children, { ...jane, reference, amountCents: 1_000_000 });
      expect(paid.outcome).toBe('suggested');
      expect(placed(children, { ...jane, reference: '1210', amountCents: 1_000_000 }).outcome).toBe('auto');
    },
  );
});
