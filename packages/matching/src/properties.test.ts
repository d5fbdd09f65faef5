import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';
import type { PaymentFact, Proposal } from './types.ts';

const RUNS = { numRuns: 150, seed: 4 };
const reference = fc.oneof(
  fc.constantFrom(
    'INV-2026-00123',
    'inv 198',
    '2026-00303',
    'A12',
    'K45',
    'Mary Kamau',
    '0722000111',
    'rent',
    '',
    '1NV202600123',
    'INV-2026-0012',
  ),
  fc.string({ maxLength: 20 }),
);
const money = fc.oneof(fc.constantFrom(1_200_000, 900_000, 1_035_000), fc.integer({ min: 100, max: 5_000_000 }));
const number = fc.constantFrom<PaymentFact['number']>(
  { form: 'full', value: '254712345678' },
  { form: 'masked', value: '2547*****678' },
  { form: 'none', value: '' },
  { form: 'full', value: '254733001003' },
);
const anyPayment = fc
  .record({ reference, amountCents: money, number, payerNames: fc.constantFrom(['MARY'], ['PETER', 'OTIENO'], []) })
  .map((over) => payment(over));

const proposals = (decided: ReturnType<typeof decide>): Proposal[] => [
  ...(decided.proposal ? [decided.proposal] : []),
  ...decided.alternatives,
];

describe('whatever is paid', () => {
  it('is never spent twice, never over what is owed, and the rest is credit', () => {
    const state = business(...RENT);
    fc.assert(
      fc.property(anyPayment, (paid) => {
        for (const { allocations, creditCents } of proposals(decide(state, paid))) {
          const spent = allocations.reduce((sum, part) => sum + part.amountCents, 0);
          expect(spent + creditCents).toBe(paid.amountCents);
          for (const part of allocations) {
            expect(Number.isSafeInteger(part.amountCents) && part.amountCents > 0).toBe(true);
            expect(part.amountCents).toBeLessThanOrEqual(state.invoiceById.get(part.invoiceId)?.balanceCents ?? 0);
          }
        }
      }),
      RUNS,
    );
  });

  it('is decided the same twice, and deciding changes nothing', () => {
    const state = business(...RENT);
    fc.assert(
      fc.property(anyPayment, (paid) => {
        expect(decide(state, paid)).toEqual(decide(state, paid));
      }),
      RUNS,
    );
    expect(decide(state, payment())).toEqual(decide(business(...RENT), payment()));
  });

  it('does not depend on the order in which customers and invoices came', () => {
    const forward = business(...RENT);
    const backward = business(...[...RENT].reverse());
    fc.assert(
      fc.property(anyPayment, (paid) => {
        const a = decide(forward, paid);
        const b = decide(backward, paid);
        expect({ ...b, proposal: plain(b.proposal) }).toMatchObject({
          outcome: a.outcome,
          reason: a.reason,
          proposal: plain(a.proposal),
        });
      }),
      RUNS,
    );
  });

  it('is explained by contributions and sentences that add up to the score', () => {
    const state = business(...RENT);
    fc.assert(
      fc.property(anyPayment, (paid) => {
        for (const { score, contributions, because } of proposals(decide(state, paid))) {
          expect(Math.abs(contributions.reduce((sum, one) => sum + one.score, 0) - (score ?? 0))).toBeLessThan(1e-9);
          expect(Math.abs(because.reduce((sum, one) => sum + one.score, 0) - (score ?? 0))).toBeLessThan(1e-9);
        }
      }),
      RUNS,
    );
  });
});

const plain = (proposal: Proposal | null) =>
  proposal && { customerId: proposal.customerId, allocations: proposal.allocations };

describe('what does not matter changes nothing', () => {
  it('case, spaces and dashes of a reference', () => {
    const state = business(...RENT);
    for (const same of ['INV-2026-00123', 'inv-2026-00123', 'INV 2026 00123', 'inv202600123', 'Inv/2026/00123']) {
      const decided = decide(state, payment({ reference: same }));
      expect(decided.outcome).toBe('auto');
      expect(decided.proposal?.confidence).toBe(decide(state, payment()).proposal?.confidence);
    }
  });

  it.each(['\u200b', '\u200e', '\u2060', '\ufeff', '\u00ad'])('what is pasted along unseen: %j', (unseen) => {
    const state = business(
      ...RENT,
      ...['July', 'August'].map((month, at) =>
        invoice(`c1-${month}`, 'c1', `R-0077${at}`, 1_500_000, { description: `Rent ${month} 2026` }),
      ),
    );
    const decided = (reference: string) => decide(state, payment({ reference, amountCents: 1_500_000 }));
    for (const typed of ['kodi ya agosti', 'mary wanjiku', 'R-00771', 'A12 aug', '0712345678'])
      for (let at = 0; at <= typed.length; at++)
        expect(decided(typed.slice(0, at) + unseen + typed.slice(at))).toEqual(decided(typed));
  });

  it('an unrelated customer never turns a right automatic posting into a wrong one', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 15 }),
        fc.integer({ min: 0, max: 9_999_999 }),
        money,
        (name, digits, cents) => {
          const state = business(
            ...RENT,
            customer('new', `Zed ${name}`, { phones: [`25475${String(digits).padStart(7, '0')}`] }),
            invoice('inew', 'new', 'ZX-77', cents),
          );
          const decided = decide(state, payment());
          if (decided.outcome === 'auto')
            expect(decided.proposal?.allocations).toEqual([{ invoiceId: 'i1', amountCents: 1_200_000 }]);
        },
      ),
      RUNS,
    );
  });

  it('posting, undoing and posting again leaves the balance as one posting does', () => {
    const state = business(...RENT);
    const paid = payment();
    const decision = decide(state, paid);
    for (let n = 0; n < 3; n++) {
      apply(state, { type: 'payment-decided', payment: paid, decision });
      expect(state.invoiceById.get('i1')?.balanceCents).toBe(0);
      apply(state, { type: 'settlement-undone', paymentId: paid.paymentId });
      expect(state.invoiceById.get('i1')?.balanceCents).toBe(1_200_000);
    }
  });
});
