import type { Allocation, Decision, Fact, Outcome, SettledFact, Shadow } from '@malipo/matching';
import { REPEATED, splitOf } from './match.ts';

/**
 * What a person made of a decision: a suggestion confirmed as it stood, corrected, or rejected; an automatic one taken
 * back; money placed that nothing was suggested for.
 */
export type Verdict = 'confirmed' | 'corrected' | 'rejected' | 'undone' | 'placed';

/** What the engine said about one payment, and what came of it. */
export type Judgement = {
  paymentId: string;
  organisationId: string;
  /** When it was first decided. */
  at: Date;
  /** When the decision that was judged was taken; absent where that is the first. */
  takenAt?: Date;
  /** The commit in the log that holds the decision which was judged. */
  decidedSeq: number;
  outcome: Outcome;
  /** Of the proposal; null where there was none. */
  confidence: number | null;
  model: string;
  /** Whom and what the money would pay, as comparable text; null where nothing was proposed. */
  proposal: string | null;
  shadow: ShadowSaid | null;
  /** What a person spent the money on, as the same kind of text. */
  truth: string | null;
  verdict: Verdict | null;
  verdictAt: Date | null;
  /** A person said no to what was proposed; absent where nobody did. */
  isRefused?: true;
  /**
   * Test money of an organisation that went live, money that the provider took back, or a message that tells again of known
   * money: counts nowhere.
   */
  isGone: boolean;
};

export type ShadowSaid = { model: string; outcome: Outcome; confidence: number; proposal: string | null };

/** One commit of the log. `refused` are the payments that a person refused or took back in it. */
export type Commit = {
  organisationId: string;
  seq: number;
  at: Date;
  refused: ReadonlySet<string>;
  /** Left out where nobody asks. */
  invoices?: Invoices;
};

/** What a person's word about invoices may rest on, beyond what the engine could know. */
export type Invoices = { isVoid(invoiceId: string): boolean; isIssuedAfter(invoiceId: string, seq: number): boolean };

/** The payments of a commit that a person would not have be somebody's. */
export const refusedIn = (facts: readonly Fact[]): Set<string> =>
  new Set(facts.flatMap((fact) => (fact.type === 'proposal-refused' ? fact.paymentId : [])));

/** A spending as text: equal texts are equal customers, invoices and cents. */
export const spendingOf = (customerId: string, allocations: readonly Allocation[]): string =>
  `${customerId} ${splitOf(allocations)}`;

/** The invoices of a spending as text. */
export const invoicesIn = (spending: string): string[] =>
  spending
    .slice(spending.indexOf(' ') + 1)
    .split(',')
    .flatMap((part) => part.split(' ')[0] || []);

export const customerIn = (spending: string): string => spending.slice(0, spending.indexOf(' '));

/** Folds one fact of the log; the judged decision is the engine's last one before a person's word. */
export function judge(before: Judgement | undefined, fact: Fact, commit: Commit): Judgement | undefined {
  switch (fact.type) {
    case 'payment-decided':
      // a person's refusal carries a decision that only says "waits again"
      if (before?.verdict || commit.refused.has(fact.payment.paymentId)) return before;
      return decided(before, fact.decision, fact.payment.paymentId, commit);
    case 'payment-settled':
      return before && isPersonsWord(fact.settled) ? settled(before, fact.settled, commit) : before;
    case 'proposal-refused':
      return before && refused(before, fact.customerId, commit);
    case 'payment-dismissed':
      return before && { ...before, isGone: true };
    default:
      return before;
  }
}

const isPersonsWord = ({ by, adjusts }: SettledFact): boolean => by === 'person' && !adjusts;

function decided(before: Judgement | undefined, decision: Decision, paymentId: string, commit: Commit): Judgement {
  const { proposal, outcome, versions, shadow } = decision;
  const takenAt = before && (isSaidAgain(before, decision) ? before.takenAt : commit.at);
  return {
    paymentId,
    organisationId: commit.organisationId,
    at: before?.at ?? commit.at,
    ...(takenAt ? { takenAt } : {}),
    decidedSeq: commit.seq,
    outcome,
    confidence: proposal?.confidence ?? null,
    model: versions.model,
    proposal: proposed(decision),
    shadow: shadow ? shadowSaid(shadow) : null,
    truth: null,
    verdict: null,
    verdictAt: null,
    isGone: decision.reason === REPEATED,
  };
}

const proposed = ({ proposal }: Decision): string | null =>
  proposal && spendingOf(proposal.customerId, proposal.allocations);

/** A decision that stood when the payment was looked at again is remembered anew, and was not taken anew. */
const isSaidAgain = ({ outcome, model, proposal, confidence }: Judgement, decision: Decision): boolean =>
  outcome === decision.outcome &&
  model === decision.versions.model &&
  proposal === proposed(decision) &&
  confidence === (decision.proposal?.confidence ?? null);

const shadowSaid = ({ model, outcome, confidence, customerId, allocations }: Shadow): ShadowSaid => ({
  model,
  outcome,
  confidence,
  proposal: customerId === null ? null : spendingOf(customerId, allocations),
});

type Settled = { customerId: string | null; allocations: readonly Allocation[] };

function settled(before: Judgement, { customerId, allocations }: Settled, { at, invoices }: Commit): Judgement {
  if (customerId === null) return before;
  const spent = spendingOf(customerId, allocations);
  const truth = before.proposal && invoices && isReplaced(before, spent, invoices) ? before.proposal : spent;
  return { ...before, truth, verdict: verdictOf(before, truth), verdictAt: at, isGone: false };
}

/**
 * Were all the invoices that an automatic decision paid, and the money does not pay now, made void for ones of the same
 * customer that were issued since? The decision could not know them, and was right.
 */
function isReplaced({ outcome, proposal, decidedSeq }: Judgement, spent: string, invoices: Invoices): boolean {
  if (outcome !== 'auto' || proposal === null || customerIn(proposal) !== customerIn(spent)) return false;
  const [old, now] = [invoicesIn(proposal), invoicesIn(spent)];
  const gone = old.filter((id) => !now.includes(id));
  const came = now.filter((id) => !old.includes(id));
  if (gone.length === 0 || came.length === 0) return false;
  return gone.every((id) => invoices.isVoid(id)) && came.every((id) => invoices.isIssuedAfter(id, decidedSeq));
}

function verdictOf({ proposal, outcome }: Judgement, truth: string): Verdict {
  if (proposal === truth) return 'confirmed';
  if (outcome === 'auto') return 'undone';
  return proposal === null ? 'placed' : 'corrected';
}

/** Where it is not what was proposed, a person took back what a person had placed: that judges no decision. */
function refused(before: Judgement, customerId: string, { at }: Commit): Judgement {
  if (!isProposalRefused(before, customerId)) return { ...before, truth: null, verdict: null, verdictAt: null };
  const verdict = before.outcome === 'auto' ? 'undone' : 'rejected';
  return { ...before, truth: null, verdict, verdictAt: at, isRefused: true };
}

/** Is it, by this no or by an earlier one? */
const isProposalRefused = ({ proposal, verdict, isRefused }: Judgement, customerId: string): boolean =>
  proposal !== null &&
  (isRefused === true || verdict === 'undone' || verdict === 'rejected' || customerIn(proposal) === customerId);

/** Has an automatic decision stood so long that silence counts as consent? */
const hasStood = ({ outcome, verdict, at, takenAt = at }: Judgement, before: Date): boolean =>
  outcome === 'auto' && verdict === null && takenAt < before;

/**
 * Was such a spending right? Null where nobody knows: not judged yet, or something else was refused.
 * @param stoodBefore automatic decisions from before this count as right when nobody took them back
 */
export function isRight(judgement: Judgement, spending: string | null, stoodBefore: Date): boolean | null {
  const { truth, verdict, proposal } = judgement;
  if (spending === null) return null;
  if (truth !== null) return spending === truth;
  if (verdict !== null) return spending === proposal ? false : null;
  return hasStood(judgement, stoodBefore) ? spending === proposal : null;
}
