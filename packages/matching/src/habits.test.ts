import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import type { State } from './state.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';
import type { PaymentFact } from './types.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 7, 6, 9);
const AUNT = { form: 'sha256', value: 'a'.repeat(64) } as const;

/** An aunt pays for c1 by an unknown number; rivals carry her first name and owe the same. */
const world = (): State =>
  business(
    ...RENT,
    ...['r1', 'r2'].flatMap((id, n) => [
      customer(id, `Purity Rival${id}`, { accountNumbers: [`R${70 + n}`] }),
      invoice(`i${id}`, id, `INV-2026-0077${n}`, 1_200_000),
    ]),
    invoice('i1b', 'c1', 'INV-2026-00555', 1_200_000),
  );

const byAunt = (over: Partial<PaymentFact>): PaymentFact =>
  payment({ reference: 'rent', number: AUNT, payerNames: ['PURITY'], ...over });

const settled = (paid: PaymentFact, invoiceId: string) =>
  ({
    type: 'payment-settled',
    payment: paid,
    settled: {
      paymentId: paid.paymentId,
      by: 'person',
      customerId: 'c1',
      allocations: [{ invoiceId, amountCents: paid.amountCents }],
      creditCents: 0,
    },
  }) as const;

describe('who pays for whom', () => {
  it('a posting that has stood for weeks proves a habit; a young one only hints', () => {
    for (const [days, isProven] of [
      [60, true],
      [2, false],
    ] as const) {
      const state = world();
      apply(state, settled(byAunt({ paymentId: 'h', receivedAt: NOON - days * DAY_MS }), 'i1'));
      const decided = decide(state, byAunt({ paymentId: 'n' }));
      expect(decided.guards.includes('equal-evidence')).toBe(!isProven);
      expect(decided.proposal?.customerId === 'c1' && decided.proposal.confidence > 0.9).toBe(isProven);
    }
  });

  it('a posting too small to teach a habit takes none with it when it is taken back', () => {
    const state = world();
    apply(state, settled(byAunt({ paymentId: 'h', receivedAt: NOON - 60 * DAY_MS }), 'i1'));
    apply(state, settled(byAunt({ paymentId: 'small', amountCents: 3_000 }), 'i1b'));
    apply(state, { type: 'settlement-undone', paymentId: 'small' });
    expect(decide(state, byAunt({ paymentId: 'n' })).guards).not.toContain('equal-evidence');
  });

  it('the first posting taken back takes the proof with it: what is left is as young as it is', () => {
    const state = world();
    apply(state, invoice('i1c', 'c1', 'INV-2026-00556', 1_200_000));
    apply(state, settled(byAunt({ paymentId: 'h', receivedAt: NOON - 60 * DAY_MS }), 'i1'));
    apply(state, settled(byAunt({ paymentId: 'later', receivedAt: NOON - DAY_MS }), 'i1b'));
    apply(state, { type: 'settlement-undone', paymentId: 'h' });
    expect(decide(state, byAunt({ paymentId: 'n' })).guards).toContain('equal-evidence');
    apply(state, settled(byAunt({ paymentId: 'h', receivedAt: NOON - 60 * DAY_MS }), 'i1'));
    expect(decide(state, byAunt({ paymentId: 'n' })).guards).not.toContain('equal-evidence');
  });

  it('who becomes known by a later telling of the same money teaches as if known at once', () => {
    const state = world();
    const unknown = byAunt({ paymentId: 'h', receivedAt: NOON - 60 * DAY_MS, number: { form: 'none', value: '' } });
    apply(state, { type: 'payment-decided', payment: unknown, decision: decide(state, unknown) });
    apply(state, { type: 'settlement-undone', paymentId: 'h' });
    const known = { ...unknown, number: AUNT, reference: 'INV-2026-00123', payerNames: ['MARY', 'WANJIKU'] };
    apply(state, { type: 'payment-decided', payment: known, decision: decide(state, known) });
    expect(state.payments.get('h')?.status).toBe('posted');
    expect(decide(state, byAunt({ paymentId: 'n' })).guards).not.toContain('equal-evidence');
  });

  it('money that a person placed where nothing pointed proves nothing, however old', () => {
    const state = world();
    const first = byAunt({ paymentId: 'h', receivedAt: NOON - 60 * DAY_MS });
    apply(state, { type: 'payment-decided', payment: first, decision: decide(state, first) });
    apply(state, settled(first, 'i1'));
    const decided = decide(state, byAunt({ paymentId: 'n' }));
    expect(decided.outcome).not.toBe('auto');
    expect(decided.guards).toContain('equal-evidence');
  });

  it('one name and a fitting amount are a hint, never enough', () => {
    const state = business(...RENT, customer('u', 'Naserian Lekishon'), invoice('iu', 'u', 'INV-2026-00999', 777_700));
    const stranger = payment({
      reference: '',
      amountCents: 777_700,
      number: { form: 'none', value: '' },
      payerNames: ['NASERIAN'],
    });
    const decided = decide(state, stranger);
    expect(decided.outcome).not.toBe('auto');
    expect(decided.guards).toContain('hint-only');
  });

  it('a Joseph may be a Josephine cut off: with equal amounts it is a tie', () => {
    const state = business(
      ...RENT,
      customer('j1', 'Josephine Odhiambo'),
      customer('j2', 'Joseph Odhiambo'),
      invoice('ij1', 'j1', 'INV-2026-00981', 150_000),
      invoice('ij2', 'j2', 'INV-2026-00982', 150_000),
    );
    const paid = payment({
      reference: '',
      amountCents: 150_000,
      number: AUNT,
      payerNames: ['JOSEPHINE', 'ODHIAMBO'],
    });
    expect(decide(state, paid).guards).toContain('equal-evidence');
  });
});
