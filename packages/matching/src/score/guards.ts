import { FIT, PHONE } from '../evidence/evidence.ts';
import { FULL_NAME, type NameFit } from '../evidence/name-fit.ts';
import { isPartOfAnother } from '../evidence/part-of.ts';
import type { Reading } from '../evidence/reading.ts';
import { isStrangeAccount } from '../evidence/strange-account.ts';
import { isTellingMask } from '../index/customers.ts';
import { quotesOtherMoney } from '../messages.ts';
import type { State } from '../state.ts';
import { possibleNames } from '../text/names.ts';
import type { PaymentFact, Reason } from '../types.ts';
import type { Standing } from './confidence.ts';

/** All that can hold a match back, in the order in which they give the reason. */
export const GUARD_NAMES = [
  'split-tie',
  'disputed',
  'equal-evidence',
  'runner-up',
  'names-somebody-else',
  'unresolved-before',
  'credit-needs-identity',
  'no-rule-fits',
  'hint-only',
  'flagged',
  'quotes-receipt',
  'over-limit',
  'refused',
  'automatic-off',
  'drift',
] as const;

export type GuardName = (typeof GUARD_NAMES)[number];

/** Guards that no score can override, with the reason each gives. `drift` asks for more score, and `decide` looks at it. */
type Test = { reason: Reason; holds: (s: Standing, state: State, reading: Reading) => boolean };
type Guard = Test & { name: GuardName };

/** A runner-up this likely makes the choice a tie. */
const RUNNER_UP_LIMIT = 0.02;

/** Earlier unresolved money may have gone anywhere: only an exactly named invoice that is paid to the cent is safe. */
const closesWhatItNames = ({ evidence: { split, named, fit }, claimed }: Standing): boolean =>
  split.rule === 'named' && named.level >= 3 && fit === FIT.exact && !claimed;

const isFullName = ({ matched, differs }: NameFit): boolean => matched >= FULL_NAME && !differs;

/** Where no amount confirms it, the customer must be known by a number, an account, a full name or an invoice. */
const isIdentified = ({ evidence }: Standing): boolean =>
  evidence.requested ||
  evidence.phone >= PHONE.contact ||
  evidence.account >= 2 ||
  evidence.typedPhone ||
  evidence.named.level >= 3 ||
  isFullName(evidence.text) ||
  (evidence.candidate.aliasBacked > 0 && !evidence.candidate.aliasByMask);

/** The payer has all names of the customer, and none beside them where no amount confirms that it is the same person. */
const isOwnName = ({ payer, phone, fit }: Standing['evidence']): boolean =>
  isFullName(payer) && (payer.cover >= 1 || phone >= PHONE.mask || fit !== FIT.none);

/** Two names in common beside others that differ, one name, or two or three digits of a masked phone, and an amount that happens to fit: strangers have that too. */
const isHint = (s: Standing, state: State, reading: Reading): boolean => {
  const { requested, named, account, typedPhone, phone, candidate, text, payer, fit } = s.evidence;
  if (requested || named.level >= 2 || account >= 2 || typedPhone || phone >= PHONE.contact) return false;
  if (candidate.aliasBacked > 0 || isFullName(text) || isOwnName(s.evidence)) return false;
  const differs = text.differs && (payer.differs || isAnothersName(s.evidence, reading, state));
  const isNamed = Math.max(text.matched, payer.matched) >= FULL_NAME && !differs;
  if (fit === FIT.exact && isNamed) return false;
  const isMask = phone === PHONE.mask && isTellingMask(reading.payment.number.value);
  if (!isMask || text.matched + payer.matched === 0 || payer.differs) return true;
  if (text.matched > 0 || payer.matched >= FULL_NAME) return false;
  const isOtherNumber = named.level === 0 && isStrangeAccount(reading, candidate.customer);
  return isOtherNumber || isCommon(s.evidence, state, reading);
};

/** A bank's line tells who paid, among words of its own: one that is somebody's name here, and none of theirs, is the payer's. */
function isAnothersName({ candidate }: Standing['evidence'], reading: Reading, { names }: State): boolean {
  const { payment, textNames, text } = reading;
  if (payment.payerNames.length > 0 || payment.channel !== 'bank') return false;
  const { name, contacts } = candidate.customer;
  const isTheirs = (id: number) => name.includes(id) || contacts.some((contact) => contact.includes(id));
  if ([...textNames.weights].some(([id, weight]) => weight === 1 && !isTheirs(id))) return true;
  const typed = possibleNames(text);
  return [name, ...contacts].some((own) => hasOtherFirstName(own, typed, names.words));
}

/** `SUSAN MORAA OMWENGA` is none of Geoffrey Moraa Omwenga's, though nobody here is called Susan. */
function hasOtherFirstName(
  [first = -1, ...others]: readonly number[],
  typed: readonly string[],
  words: readonly string[],
): boolean {
  const further = others.map((id) => words[id] ?? '');
  const at = typed.findIndex((word) => further.includes(word));
  const before = typed[at - 1];
  return (
    before !== undefined &&
    further.length > 1 &&
    further.every((word) => typed.includes(word)) &&
    !typed.includes(words[first] ?? '')
  );
}

/**
 * Of a stranger's three digits, one customer in a thousand has the same. A third of all payers are on no file (31 % in the
 * months here): where more than three of their name owe the amount, one of these fits by chance more often than is tolerated.
 */
const MAX_OF_NAME = 3;

function isCommon({ candidate }: Standing['evidence'], state: State, { payment, payerNames }: Reading): boolean {
  const { name, contacts } = candidate.customer;
  const own = [...name, ...contacts.flat()].filter((id) => payerNames.weights.has(id));
  const owing = (id: number) =>
    state.balances.among(payment.amountCents, state.names.carrying(id), MAX_OF_NAME + 1, () => undefined);
  return own.every((id) => owing(id) > MAX_OF_NAME);
}

/** Strong enough to overrule a reference that names somebody else: the payer's own number and an exact amount, alone. */
const overrules = (s: Standing): boolean =>
  s.evidence.phone >= PHONE.contact && s.evidence.fit === FIT.exact && s.joint === 0;

/** Months are named, more is paid than they cost, and there are others: which they are is a guess. */
const isMoreThanPeriods = ({ evidence: { named, split, open } }: Standing, { rules }: State): boolean =>
  named.byPeriod && split.creditCents > rules.toleranceCents && open.length > split.picks.length;

/** Most characters that mobile money delivers of what a payer types. */
const MAX_TYPED = 20;
/** What was typed goes on where nobody sees it; a gap at its end may be gone. */
const isCutOff = ({ reference }: PaymentFact): boolean => (reference?.length ?? 0) >= MAX_TYPED - 1;

/**
 * `CS-1776-26, 87` for more, or less, than the first of them costs: what the other digits name would have had its part. The
 * digits of a number with a slip stay unread themselves.
 */
function isPartlyRead({ named, split, fit, open }: Standing['evidence'], reading: Reading): boolean {
  if (split.rule !== 'named' || fit === FIT.exact || open.length <= split.picks.length) return false;
  if (named.level < 3 && (named.level < 2 || named.byPeriod)) return false;
  const { payment, unread } = reading;
  const isTyped = payment.reference !== null && payment.channel !== 'bank';
  const isUnread = named.level >= 3 && unread.length > 0;
  if (isTyped && (isUnread || (split.creditCents > 0 && isCutOff(payment)))) return true;
  return split.creditCents > 0 && isPartOfAnother(reading, open, split);
}

const TESTS: Record<Exclude<GuardName, 'drift'>, Test> = {
  'split-tie': { reason: 'tie', holds: (s) => s.evidence.split.tie || s.evidence.named.vague },
  disputed: {
    reason: 'tie',
    holds: (s, state, reading) =>
      s.evidence.disputed ||
      s.evidence.elsewhere ||
      s.evidence.guess !== null ||
      s.slipOfAnother ||
      s.evidence.named.alsoPhone ||
      isMoreThanPeriods(s, state) ||
      isPartlyRead(s.evidence, reading),
  },
  'equal-evidence': { reason: 'tie', holds: (s) => (s.equals > 0 || s.outdone) && !s.evidence.requested },
  'runner-up': { reason: 'tie', holds: (s) => s.runnerUp > RUNNER_UP_LIMIT },
  'names-somebody-else': { reason: 'names_somebody_else', holds: (s) => s.contradicted && !overrules(s) },
  'unresolved-before': {
    reason: 'unresolved_before',
    holds: (s) => s.pending > 0 && !s.evidence.requested && !closesWhatItNames(s),
  },
  'credit-needs-identity': {
    reason: 'weak_evidence',
    holds: (s) => s.evidence.split.rule === 'credit' && !isIdentified(s),
  },
  'no-rule-fits': {
    reason: 'weak_evidence',
    holds: (s) => s.evidence.open.length > 0 && s.evidence.split.picks.length === 0,
  },
  'hint-only': { reason: 'weak_evidence', holds: isHint },
  flagged: { reason: 'flagged', holds: (_s, _state, reading) => reading.payment.flags.length > 0 },
  'quotes-receipt': { reason: 'flagged', holds: (_s, state, { payment }) => quotesOtherMoney(state, payment) },
  'over-limit': { reason: 'over_limit', holds: (s, state, reading) => overLimit(s, state, reading) },
  refused: { reason: 'refused', holds: (s) => s.evidence.refusedDays < 90 },
  'automatic-off': { reason: 'automatic_off', holds: (_s, state) => !state.rules.automatic },
};

const GUARDS: readonly Guard[] = GUARD_NAMES.flatMap((name) => (name === 'drift' ? [] : { name, ...TESTS[name] }));

function overLimit(s: Standing, state: State, reading: Reading): boolean {
  const { autoLimitCents, firstPayerLimitCents } = state.rules;
  const amount = reading.payment.amountCents;
  if (autoLimitCents !== null && amount > autoLimitCents) return true;
  const isNew = s.evidence.candidate.aliasCount === 0 && !s.evidence.requested;
  return firstPayerLimitCents !== null && isNew && amount > firstPayerLimitCents;
}

/** The guards that hold a proposal back however sure the models are; the first one's reason is the decision's. */
export const guardsOf = (state: State, reading: Reading, standing: Standing): Guard[] =>
  GUARDS.filter((guard) => guard.holds(standing, state, reading));
