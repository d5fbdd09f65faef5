import { type Evidence, FIT, PHONE } from '../evidence/evidence.ts';

/** What the second stage knows about the best candidate beyond its features. */
export type Standing = {
  evidence: Evidence;
  /** Probability that this customer is the payer, against the others and nobody. */
  chance: number;
  /** The strongest other candidate's probability. */
  runnerUp: number;
  equals: number;
  /** The amount closes what another owes who has all but the phone, since none of theirs is known. */
  outdone: boolean;
  contradicted: boolean;
  /** What is typed is a slip of a number of another whom this payer may pay for. */
  slipOfAnother: boolean;
  /** How many customers this money is for together; 0 for one alone. */
  joint: number;
  bank: boolean;
  /** Unresolved payments in this customer's queue, this one not counted. */
  pending: number;
  /** One of them would have paid an invoice that this one pays. */
  claimed: boolean;
};

const LOGIT_CAP = 12;
const logit = (p: number): number => Math.max(-LOGIT_CAP, Math.min(LOGIT_CAP, Math.log(p / (1 - p + 1e-12) + 1e-12)));
const flag = (yes: boolean): number => (yes ? 1 : 0);
const isNamed = (e: Evidence): boolean => e.split.rule === 'named';

type Input = { name: string; of: (s: Standing) => number };
const input = (name: string, of: Input['of']): Input => ({ name, of });
const rule = (name: string): Input => input(`rule_${name}`, (s) => flag(s.evidence.split.rule === name));

/** The schema of the confidence model: is this exact allocation right? */
export const CONFIDENCE_INPUTS: readonly Input[] = [
  input('base', () => 1),
  input('chance', (s) => logit(s.chance) / 4),
  input('chance_low', (s) => Math.min(0, logit(s.chance)) / 4),
  input('runner_up', (s) => Math.log(s.runnerUp + 1e-4) / 4),
  input('equals', (s) => flag(s.equals > 0)),
  input('contradicted', (s) => flag(s.contradicted)),
  input('split_tie', (s) => flag(s.evidence.split.tie)),
  input('vague', (s) => flag(s.evidence.named.vague)),
  rule('rounding'),
  rule('sum'),
  rule('net'),
  rule('oldest first'),
  input('named_exact', (s) => flag(isNamed(s.evidence) && s.evidence.named.level === 4)),
  input('named_short', (s) => flag(isNamed(s.evidence) && s.evidence.named.level === 3)),
  input('named_slip', (s) => flag(isNamed(s.evidence) && s.evidence.named.level === 2)),
  input('named_slip_amount', (s) =>
    flag(isNamed(s.evidence) && s.evidence.named.level === 2 && s.evidence.fit === FIT.exact),
  ),
  input('named_unfit', (s) => flag(isNamed(s.evidence) && s.evidence.fit !== FIT.exact)),
  input('named_many', (s) => flag(isNamed(s.evidence) && s.evidence.split.picks.length > 1)),
  input('by_period', (s) => flag(s.evidence.named.byPeriod)),
  input('slip_unnamed', (s) => flag(!isNamed(s.evidence) && s.evidence.named.level >= 1)),
  input('pending', (s) => flag(s.pending > 0)),
  input('pending_not_exact', (s) => flag(s.pending > 0 && !(isNamed(s.evidence) && s.evidence.named.level >= 3))),
  input('claimed', (s) => flag(s.claimed)),
  input('disputed', (s) => flag(s.evidence.disputed)),
  input('also_phone', (s) => flag(s.evidence.named.alsoPhone)),
  input('many_open', (s) => Math.min(1, s.evidence.open.length / 6)),
  input('bank', (s) => flag(s.bank)),
  input('own_phone', (s) => flag(s.evidence.phone >= PHONE.contact)),
  input('alias', (s) => flag(s.evidence.candidate.aliasBacked > 0)),
  input('alias_exact', (s) =>
    flag(s.evidence.candidate.aliasBacked > 0 && s.evidence.fit === FIT.exact && !s.contradicted && s.equals === 0),
  ),
  input('account', (s) => flag(s.evidence.account >= 2 && !s.evidence.typedPhone)),
  input('credit_left', (s) => flag(s.evidence.split.creditCents > 0)),
];

/** The inputs of the second model for one proposal, written into `row`. */
export function fillConfidence(row: Float64Array, standing: Standing): void {
  for (let at = 0; at < CONFIDENCE_INPUTS.length; at++) row[at] = CONFIDENCE_INPUTS[at]?.of(standing) ?? 0;
}
