import { apply, createState, decide, type Fact, type PaymentFact, PRIOR, sayOf } from '@malipo/matching';
import { describe, expect, it } from 'vitest';
import { type Judgement, judge, refusedIn, spendingOf } from '../domain/judgement.ts';
import { fitOrganisation } from './fit-organisation.ts';
import { createReplay, type LoggedCommit } from './replay.ts';

const NOON = Date.UTC(2026, 7, 6, 9);
const STOOD = new Date('2027-01-01T00:00:00Z');
const NAMES = ['Achieng', 'Barasa', 'Chebet', 'Daudi', 'Fatuma', 'Gitau', 'Halima', 'Irungu'];

const owed = (n: number): Fact[] => [
  {
    type: 'customer-saved',
    customer: {
      customerId: `c${n}`,
      name: `${NAMES[n % 8]} Mwangi`,
      isCompany: false,
      phones: [`2547220001${n + 10}`],
      accountNumbers: [`K${40 + n}`],
      contacts: [],
    },
  },
  {
    type: 'invoice-saved',
    invoice: {
      invoiceId: `i${n}`,
      customerId: `c${n}`,
      number: `INV-2026-00${300 + n * 7}`,
      description: 'Rent August 2026',
      issueDay: '2026-08-01',
      dueDay: '2026-08-05',
      currency: 'KES',
      totalCents: 1_000_000 + n * 35_000,
      balanceCents: 1_000_000 + n * 35_000,
    },
  },
];

/** By number, by account, by name only: some are applied, some wait for a person. */
const paid = (n: number): PaymentFact => ({
  paymentId: `p${n}`,
  channel: 'paybill',
  receipt: `UH1${n}`,
  paidAt: NOON,
  receivedAt: NOON,
  amountCents: n % 4 === 3 ? 123_400 : 1_000_000 + n * 35_000,
  currency: 'KES',
  reference: [`INV-2026-00${300 + n * 7}`, `K${40 + n}`, 'rent', 'rent'][n % 4] ?? null,
  narrative: null,
  number: { form: 'none', value: '' },
  payerNames: [(NAMES[n % 8] ?? '').toUpperCase(), 'MWANGI'],
  requestId: null,
  reversesReceipt: null,
  flags: [],
});

/** Plays payments, each decided on what was known then, with a person who confirms every other suggestion. */
function play(count: number): { log: LoggedCommit[]; judgements: Judgement[] } {
  const state = createState('o');
  const judgements = new Map<string, Judgement>();
  const log: LoggedCommit[] = [];
  const commit = (facts: Fact[]) => {
    const seq = log.length + 1;
    log.push({ seq, facts });
    for (const fact of facts) {
      apply(state, fact);
      if (fact.type !== 'payment-decided' && fact.type !== 'payment-settled') continue;
      const id = fact.payment.paymentId;
      const about = { organisationId: 'o', seq, at: new Date(NOON), refused: refusedIn(facts) };
      const next = judge(judgements.get(id), fact, about);
      if (next) judgements.set(id, next);
    }
  };
  commit(Array.from({ length: count }, (_, n) => owed(n)).flat());
  for (let n = 0; n < count; n++) {
    const payment = paid(n);
    const decision = decide(state, payment);
    commit([{ type: 'payment-decided', payment, decision }]);
    if (decision.outcome !== 'suggested' || n % 2 === 0 || !decision.proposal) continue;
    const settled = { paymentId: payment.paymentId, by: 'person' as const, ...decision.proposal };
    commit([{ type: 'payment-settled', payment, settled }]);
  }
  return { log, judgements: [...judgements.values()] };
}

describe('a replay', () => {
  const { log, judgements } = play(16);
  const replay = createReplay('o', {}, PRIOR, judgements);
  for (const commit of log) replay.take(commit);
  const seen = replay.judged(STOOD);

  it('sees every payment as it was when it was decided on', () => {
    expect(new Set(judgements.map((one) => one.outcome)).size).toBeGreaterThan(1);
    expect(seen.length).toBe(judgements.length);
    for (const [at, judgement] of judgements.entries()) {
      const one = seen[at];
      if (!one || judgement.proposal === null) continue;
      expect(spendingOf(one.examined.customers[0] ?? '', one.examined.allocations[0] ?? [])).toBe(judgement.proposal);
      const said = sayOf(PRIOR, one);
      if (said) expect(said.confidence).toBeCloseTo(judgement.confidence ?? -1, 9);
    }
  });

  it('knows what was right only where a person said so or the money stood', () => {
    for (const [at, judgement] of judgements.entries()) {
      const known = judgement.verdict !== null || judgement.outcome === 'auto';
      expect(seen[at]?.right[0] ?? null).toBe(known ? true : null);
      expect(seen[at]?.weight).toBe(judgement.verdict === null ? 0.2 : 1);
    }
  });

  it('learns nothing from payments that other house rules would split otherwise now', () => {
    const changed = createReplay('o', { allowOldestFirst: false }, PRIOR, judgements);
    for (const commit of log) changed.take(commit);
    const left = changed.judged(STOOD);
    expect(left.length).toBeLessThan(seen.length);
    expect(left.length).toBeGreaterThan(0);
  });

  it('leads to the same model each time, with the shipped one beside it', () => {
    const about = { version: 'org-1', trainedOn: '2026-11-21', champion: null };
    const fitted = fitOrganisation(seen, judgements, about);
    expect(fitOrganisation(seen, judgements, about)).toEqual(fitted);
    expect(fitted.model.provenance.payments).toBe(judgements.length);
    expect(fitted.evaluation.payments).toBe(fitted.shipped.payments);
    expect(fitted.champion).toBe(null);
  });
});
