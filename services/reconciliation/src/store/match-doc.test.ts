import type { Contribution, Decision, Proposal } from '@malipo/matching';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Match, receive } from '../domain/match.ts';
import type { Payment } from '../domain/payment.ts';
import { fromMatch, toMatch } from './match-doc.ts';

const AT = new Date('2026-03-02T09:00:00Z');
const payment = { paymentId: 'p1', amountCents: 500, receivedAt: AT.toISOString(), mode: 'test' } as Payment;
const proposal = (customerId: string, contributions: readonly Contribution[]): Proposal => ({
  customerId,
  allocations: [{ invoiceId: 'i1', amountCents: 500 }],
  creditCents: 0,
  rule: 'equal',
  confidence: 0.97,
  contributions,
  because: [{ code: 'amount_equal', score: 2 }],
});
const matchOf = (lists: readonly Contribution[][]): Match => {
  const [first, ...others] = lists.map((list, index) => proposal(`c${index}`, list));
  const decision: Decision = {
    paymentId: 'p1',
    outcome: 'suggested',
    reason: 'none',
    proposal: first ?? null,
    alternatives: others,
    guards: [],
    refersTo: null,
    versions: { engine: 'e', model: 'm', rules: 'r' },
  };
  return { ...receive(payment, 'o1', 1, AT), decision, reason: decision.reason };
};

const contribution = fc.record({
  feature: fc.stringMatching(/^[a-z_]{1,12}$/),
  value: fc.oneof(fc.constant(1), fc.double({ noNaN: true, min: -10, max: 10 })),
  score: fc.double({ noNaN: true, min: -10, max: 10 }),
});
const contributions = fc.uniqueArray(contribution, { selector: ({ feature }) => feature });

const namedLikeObjects = (last: number): Contribution[] => [
  { feature: '__proto__', value: 1, score: 0 },
  { feature: 'constructor', value: 1, score: 2 },
  { feature: 'ref_near', value: last, score: 1 },
];

it('gives back the match that was stored, its contributions in their order', () => {
  fc.assert(
    fc.property(fc.array(contributions, { maxLength: 3 }), (lists) => {
      const match = matchOf(lists);
      expect(toMatch(fromMatch(match))).toEqual(match);
    }),
    { examples: [[[namedLikeObjects(1)]], [[namedLikeObjects(0.5)]]] },
  );
});

it('reads contributions that were stored as a list', () => {
  const match = matchOf([[{ feature: 'ref_exact', value: 1, score: 5.5 }]]);
  expect(toMatch({ ...fromMatch(match), decision: match.decision })).toEqual(match);
});
