import type { Decision, Fact, PaymentFact, Proposal } from '@malipo/matching';
import { describe, expect, it } from 'vitest';
import { isRight, type Judgement, judge, refusedIn, spendingOf } from './judgement.ts';

const AT = new Date('2026-03-02T09:00:00Z');
const LATER = new Date('2026-03-03T09:00:00Z');
const EVER = new Date('2027-01-01T00:00:00Z');
const payment = { paymentId: 'p1' } as PaymentFact;
const proposal = (customerId: string): Proposal => ({
  customerId,
  allocations: [{ invoiceId: `i-${customerId}`, amountCents: 500 }],
  creditCents: 0,
  rule: 'equal',
  confidence: 0.97,
  contributions: [],
  because: [],
});
const decision = (outcome: Decision['outcome'], customerId: string | null = 'c1'): Decision => ({
  paymentId: 'p1',
  outcome,
  reason: 'none',
  proposal: customerId === null ? null : proposal(customerId),
  alternatives: [],
  guards: [],
  refersTo: null,
  versions: { engine: 'e', model: 'm', rules: 'r' },
});
const decided = (outcome: Decision['outcome'], customerId: string | null = 'c1'): Fact => ({
  type: 'payment-decided',
  payment,
  decision: decision(outcome, customerId),
});
const settled = (customerId: string, by: 'person' | 'engine' = 'person'): Fact => ({
  type: 'payment-settled',
  payment,
  settled: { paymentId: 'p1', by, customerId, allocations: proposal(customerId).allocations, creditCents: 0 },
});
const refusedFor = (customerId: string): Fact => ({ type: 'proposal-refused', paymentId: 'p1', customerId, at: 0 });
const refused = refusedFor('c1');
const undone: Fact = { type: 'settlement-undone', paymentId: 'p1' };
const dismissed: Fact = { type: 'payment-dismissed', paymentId: 'p1' };

/** Folds commits, each some facts, one a day. */
function fold(...commits: Fact[][]): Judgement | undefined {
  let judgement: Judgement | undefined;
  for (const [n, facts] of commits.entries()) {
    const at = new Date(AT.getTime() + n * 86_400_000);
    const commit = { organisationId: 'o', seq: n + 1, at, refused: refusedIn(facts) };
    for (const fact of facts) judgement = judge(judgement, fact, commit);
  }
  return judgement;
}

describe('what people make of a decision', () => {
  it('confirmed as it stood, corrected, placed, rejected, undone', () => {
    const verdict = (...commits: Fact[][]) => fold(...commits)?.verdict;
    expect(verdict([decided('suggested')])).toBe(null);
    expect(verdict([decided('suggested')], [settled('c1')])).toBe('confirmed');
    expect(verdict([decided('suggested')], [settled('c2')])).toBe('corrected');
    expect(verdict([decided('unmatched', null)], [settled('c2')])).toBe('placed');
    expect(verdict([decided('suggested')], [refused])).toBe('rejected');
    expect(verdict([decided('auto')], [undone, decided('unmatched', null), refused])).toBe('undone');
    expect(verdict([decided('auto')], [undone, decided('unmatched', null), refused], [settled('c2')])).toBe('undone');
  });

  it('keeps the decision that was judged, when it was first taken, and the place of it in the log', () => {
    const judgement = fold(
      [decided('suggested', 'c2')],
      [undone, decided('auto')],
      [undone, decided('unmatched', null), refused],
    );
    expect(judgement).toMatchObject({
      outcome: 'auto',
      decidedSeq: 2,
      at: AT,
      proposal: spendingOf('c1', proposal('c1').allocations),
      verdict: 'undone',
      verdictAt: new Date('2026-03-04T09:00:00Z'),
    });
  });

  it('the engine’s own second thoughts are no verdict', () => {
    const judgement = fold([decided('auto')], [undone, decided('unmatched', null), decided('suggested', 'c2')]);
    expect(judgement).toMatchObject({ outcome: 'suggested', verdict: null, decidedSeq: 2 });
    expect(fold([decided('suggested')], [settled('c1', 'engine')])?.verdict).toBe(null);
  });

  it('a confirmation that is taken back is no confirmation', () => {
    const taken = [undone, decided('unmatched', null), refused];
    expect(fold([decided('suggested')], [settled('c1')], taken)).toMatchObject({ verdict: 'rejected', truth: null });
    expect(fold([decided('suggested')], [settled('c1')], taken, [settled('c2')])?.verdict).toBe('corrected');
  });

  it('a correction that is taken back is no word about what was suggested: a person said no to their own choice', () => {
    const taken = [undone, decided('unmatched', null), refusedFor('c2')];
    const open = { verdict: null, truth: null, verdictAt: null };
    expect(fold([decided('suggested')], [settled('c2')], taken)).toMatchObject(open);
    expect(fold([decided('suggested')], [settled('c2')], taken, [settled('c1')])?.verdict).toBe('confirmed');
    const verdict = (...commits: Fact[][]) => fold(...commits)?.verdict;
    expect(verdict([decided('suggested')], [refused], [settled('c2')], taken)).toBe('rejected');
    expect(verdict([decided('suggested')], [refused], [refusedFor('c2')])).toBe('rejected');
    const first = [undone, decided('unmatched', null), refused];
    expect(verdict([decided('auto')], first, [settled('c2')], taken)).toBe('undone');
  });

  it('what is taken back where nothing was proposed is no refusal: nothing was said', () => {
    const taken = [undone, decided('unmatched', null), refused];
    const judgement = fold([decided('unmatched', null)], [settled('c1')], taken);
    expect(judgement).toMatchObject({ verdict: null, truth: null, verdictAt: null });
    expect(fold([decided('unmatched', null)], [settled('c1')], taken, [settled('c2')])?.verdict).toBe('placed');
  });

  it('a message that tells again of known money counts nowhere, unless a person or better evidence says that it is money', () => {
    const repeat: Fact = {
      type: 'payment-decided',
      payment,
      decision: { ...decision('unmatched', null), reason: 'duplicate' },
    };
    expect(fold([repeat])?.isGone).toBe(true);
    expect(fold([repeat], [decided('suggested')])?.isGone).toBe(false);
    expect(fold([repeat], [settled('c1')])).toMatchObject({ isGone: false, verdict: 'placed' });
  });

  it('money that is gone counts nowhere, and facts about unknown money change nothing', () => {
    expect(fold([decided('auto')], [dismissed])?.isGone).toBe(true);
    expect(fold([refused], [settled('c1')], [dismissed])).toBe(undefined);
  });
});

describe('was a spending right?', () => {
  const spending = (customerId: string) => spendingOf(customerId, proposal(customerId).allocations);
  const right = (judgement: Judgement | undefined, customerId: string, stoodBefore = EVER) =>
    judgement && isRight(judgement, spending(customerId), stoodBefore);

  it('what a person spent it on is, and nothing else', () => {
    const judgement = fold([decided('suggested')], [settled('c2')]);
    expect([right(judgement, 'c1'), right(judgement, 'c2'), right(judgement, 'c3')]).toEqual([false, true, false]);
  });

  it('what was refused is not; about the rest nobody knows', () => {
    const judgement = fold([decided('suggested')], [refused]);
    expect([right(judgement, 'c1'), right(judgement, 'c2')]).toEqual([false, null]);
  });

  it('what was applied by itself is, once it has stood', () => {
    const judgement = fold([decided('auto')]);
    expect([right(judgement, 'c1'), right(judgement, 'c2'), right(judgement, 'c1', AT)]).toEqual([true, false, null]);
    expect(right(fold([decided('suggested')]), 'c1', LATER)).toBe(null);
  });

  it('and money that waited long has stood since it was applied, however often it was looked at', () => {
    const late = fold([decided('unmatched', null)], [decided('auto')], [undone, decided('auto')]);
    expect(late).toMatchObject({ at: AT, takenAt: LATER, decidedSeq: 3 });
    expect([right(late, 'c1', LATER), right(late, 'c1')]).toEqual([null, true]);
    expect(fold([decided('auto')], [undone, decided('auto')])).not.toHaveProperty('takenAt');
  });
});
