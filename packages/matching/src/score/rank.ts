import { gather } from '../evidence/candidates.ts';
import { type Evidence, weigh } from '../evidence/evidence.ts';
import { FEATURES, fillFeatures } from '../evidence/features.ts';
import { Field, NAME } from '../evidence/field.ts';
import { FULL_NAME } from '../evidence/name-fit.ts';
import { preload } from '../evidence/preload.ts';
import type { Reading } from '../evidence/reading.ts';
import type { CustomerRecord, State } from '../state.ts';
import { CONFIDENCE_INPUTS, fillConfidence, type Standing } from './confidence.ts';
import { calibrated, dot, type Model } from './model.ts';

/** A candidate with its score (log-odds against nobody), its chance of being the payer, and its features until the next ranking. */
export type Ranked = { evidence: Evidence; row: Float64Array; score: number; chance: number; index: number };

/** All candidates of a payment, best first, and what they look like side by side. */
export type Ranking = { ranked: Ranked[]; field: Field };

/** Every candidate's evidence and features; no model has looked at them yet. Good until the next look. */
export type Seen = { rows: readonly { evidence: Evidence; row: Float64Array }[]; field: Field };

/**
 * Money that answers a request of our own, for an invoice that is still open: we issued the link, so no model is asked.
 * Not 1, since a request may have been made to the wrong customer, or for the wrong invoice.
 */
const REQUESTED = 0.9998;

/** Rows are used again for the next payment: whoever keeps one keeps a copy. */
const rows: Float64Array[] = [];
const rowFor = (index: number): Float64Array => (rows[index] ??= new Float64Array(FEATURES.length));

/** Gathers the candidates and what speaks for and against each. */
export function look(state: State, reading: Reading): Seen {
  const gathered = gather(state, reading);
  preload(gathered);
  const candidates = gathered.map((candidate) => weigh(state, reading, candidate));
  const field = new Field(state, reading, candidates);
  const context = {
    state,
    field,
    amount: reading.payment.amountCents,
    masked: reading.payment.number.form === 'masked',
  };
  const filled = candidates.map((evidence, index) => {
    const row = rowFor(index);
    fillFeatures(row, evidence, context);
    return { evidence, row };
  });
  return { rows: filled, field };
}

/**
 * Scores every candidate by the customer model; ties are broken by customer id, so that order never matters. Whom our own
 * request was made to comes first, whoever pays for them and whatever is typed.
 */
export function rank({ rows, field }: Seen, model: Model): Ranking {
  const ranked = rows.map(({ evidence, row }, index): Ranked => {
    return { evidence, row, score: dot(model.customer.weights, row), chance: 0, index };
  });
  ranked.sort((a, b) => asked(b) - asked(a) || b.score - a.score || (idOf(a) < idOf(b) ? -1 : 1));
  const scores = ranked.map((one) => one.score);
  const chances = chancesOf(scores, ranked[0]?.evidence.requested === true);
  for (const [at, one] of ranked.entries()) one.chance = chances[at] ?? 0;
  return { ranked, field };
}

const asked = (one: Ranked): number => (one.evidence.requested ? 1 : 0);

/**
 * Each candidate's chance to be the one who is paid for, against the others and nobody.
 * @param scores log-odds against nobody
 * @param firstIsAsked the first is whom our own request was made to, so that the others share what is left
 */
export function chancesOf(scores: readonly number[], firstIsAsked: boolean): number[] {
  const odds = scores.map(Math.exp);
  const total = odds.reduce((sum, one) => sum + one, 1);
  if (!firstIsAsked) return odds.map((one) => one / total);
  const others = total - (odds[0] ?? 0);
  return odds.map((one, at) => (at === 0 ? REQUESTED : ((1 - REQUESTED) * one) / others));
}

const idOf = (one: Ranked): string => one.evidence.candidate.customer.customerId;

/** How one of the ranked compares with the others: what confidence and guards look at. @param at its rank, 0 for the best */
export function standingOf(state: State, reading: Reading, { ranked, field }: Ranking, at: number): Standing | null {
  const own = ranked[at];
  if (!own) return null;
  const { evidence } = own;
  const pending = evidence.candidate.customer.pending;
  return {
    evidence,
    chance: own.chance,
    runnerUp: ranked[at === 0 ? 1 : 0]?.chance ?? 0,
    equals: field.equals(own.index),
    outdone: field.isOutdone(own.index),
    contradicted:
      contradicted(evidence, field) ||
      sharesReference(state, reading, evidence) ||
      sharesText(reading, evidence, field),
    slipOfAnother: !evidence.requested && field.isSlipOfAnother(own.index),
    joint: evidence.requested ? 0 : reading.joint,
    bank: reading.payment.channel === 'bank',
    pending: pending === null ? 0 : pending.size - (pending.has(reading.payment.paymentId) ? 1 : 0),
    claimed: pending !== null && isClaimed(state, reading.payment.paymentId, evidence),
  };
}

function isClaimed(state: State, paymentId: string, { candidate, split, open }: Evidence): boolean {
  for (const id of candidate.customer.pending ?? []) {
    const claims = id === paymentId ? [] : (state.unresolved.get(id)?.claims ?? []);
    if (split.picks.some((at) => claims.includes(open[at]?.invoiceId ?? ''))) return true;
  }
  return false;
}

/** The reference clearly names somebody else: by number, by account, by phone or by full name. */
function contradicted(evidence: Evidence, field: Field): boolean {
  if (evidence.requested) return false;
  return (
    (evidence.named.level < 3 && field.best('reference') >= 3) ||
    (evidence.account === 0 && field.best('account') >= 2) ||
    (!evidence.typedPhone && field.best('typed') > 0) ||
    (evidence.text.matched < FULL_NAME && field.best('text') >= NAME.full)
  );
}

/**
 * Other digits of what the payer typed name another: a part is theirs. A bank's line is full of numbers, so there only where
 * it is more than this customer owes.
 */
function sharesReference(state: State, reading: Reading, { candidate, requested, split }: Evidence): boolean {
  const isTyped = reading.payment.reference !== null && reading.payment.channel !== 'bank';
  if (requested || (!isTyped && split.creditCents <= state.rules.toleranceCents)) return false;
  const named = [...reading.accountsAt];
  for (const { invoice, level, start } of reading.hits) {
    const slot = state.invoices[invoice]?.customer.slot;
    if (level >= 3 && slot !== undefined) named.push({ slot, start });
  }
  const { slot } = candidate.customer;
  const own = new Set(named.filter((one) => one.slot === slot).map((one) => one.start));
  return named.some((one) => !own.has(one.start));
}

/** The text names another in full, by a word that this customer's names lack: two children of one parent. */
function sharesText({ textNames }: Reading, { candidate, requested, text }: Evidence, field: Field): boolean {
  if (requested || text.matched < FULL_NAME || text.cover >= 1) return false;
  const typedOf = ({ name, contacts }: CustomerRecord) =>
    [...name, ...contacts.flat()].filter((id) => textNames.weights.has(id));
  const own = new Set(typedOf(candidate.customer));
  return field.rows.some(
    (other) => other.text.matched >= FULL_NAME && typedOf(other.candidate.customer).some((id) => !own.has(id)),
  );
}

const scratch = new Float64Array(CONFIDENCE_INPUTS.length);

/** Probability that this customer's allocation is exactly right. */
export function confidenceOf(state: State, standing: Standing): number {
  const { requested, split, named } = standing.evidence;
  if (requested && split.rule === 'named' && named.level === 4 && !named.byPeriod) return REQUESTED;
  fillConfidence(scratch, standing);
  const confidence = calibrated(state.model.calibration, dot(state.model.confidence.weights, scratch));
  // of money that is for two, each has a part at most
  return standing.joint > 0 ? Math.min(confidence, 1 / standing.joint) : confidence;
}
