import { BEFORE_EVIDENCE, type Proposal } from '@malipo/matching';
import { formatMoney } from '@malipo/values';
import type { Outcome, Played } from '../play.ts';
import type { PaymentRow } from '../read/payments.ts';
import { verdictOf } from './verdict.ts';
import { type Language, REASONS, SAYINGS } from './words.ts';

/** Why a line of money became what it did: one text of plain sentences. */
export function reasonOf(outcome: Outcome, played: Played, language: Language): string {
  const { decision, row } = outcome;
  const say = (sentence: Record<Language, string>): string => sentence[language];
  switch (verdictOf(outcome)) {
    case 'duplicate':
      return repeat(outcome, say);
    case 'reversal':
      return taking(outcome, say);
    case 'taken back':
      return say(SAYINGS.takenBack(placeOf(outcome.takenBackBy ?? row, row)));
    case 'unmatched':
      return say(REASONS.no_candidate);
    default: {
      const { reason, proposal } = decision;
      const held = reason in REASONS ? say(REASONS[reason as keyof typeof REASONS]) : '';
      const left = held === '' && proposal?.creditCents ? [SAYINGS.left(moneyOf(proposal.creditCents, row))] : [];
      const setOff = openBesideCredit(outcome, played);
      const extra = [...left, ...(setOff === '' ? [] : [SAYINGS.setOff(setOff)])].map(say);
      return [held, proposal ? evidenceOf(proposal, language) : '', ...extra].filter((text) => text !== '').join('; ');
    }
  }
}

/** What speaks for a proposal, strongest first, and then what speaks against it. */
export function evidenceOf({ because }: Proposal, language: Language): string {
  const telling = because.filter(({ en }) => en !== BEFORE_EVIDENCE.en).toSorted((a, b) => b.score - a.score);
  const of = (wanted: boolean): string =>
    telling
      .filter(({ score }) => score > 0 === wanted)
      .map((one) => one[language])
      .join('; ');
  const [fore, against] = [of(true), of(false)];
  return against === ''
    ? fore
    : [fore, `${SAYINGS.but()[language]} ${against}`].filter((text) => text !== '').join('; ');
}

/** Open invoices of the customer whose credit this payment became: credit is never set off without a person. */
function openBesideCredit(outcome: Outcome, { state }: Played): string {
  const { proposal } = outcome.decision;
  if (verdictOf(outcome) !== 'applied' || !proposal || proposal.creditCents <= state.rules.toleranceCents) return '';
  const open = state.customerById.get(proposal.customerId)?.open ?? [];
  return open
    .filter(({ currency }) => currency === outcome.row.fact.currency)
    .map(({ number }) => number)
    .join(', ');
}

/** Only a person can go on: what the engine left, and what contradicts the files. */
export function needsPerson(outcome: Outcome, played: Played): boolean {
  const verdict = verdictOf(outcome);
  if (verdict === 'suggested' || verdict === 'unmatched') return true;
  if (verdict === 'applied') return openBesideCredit(outcome, played) !== '';
  if (verdict === 'reversal') return outcome.refersTo === null || differs(outcome);
  return verdict === 'duplicate' && differs(outcome);
}

const differs = ({ row, refersTo }: Outcome): boolean =>
  refersTo !== null && refersTo.fact.amountCents !== row.fact.amountCents;

type Say = (sentence: Record<Language, string>) => string;

function repeat(outcome: Outcome, say: Say): string {
  const { row, refersTo } = outcome;
  if (!refersTo) return say(SAYINGS.duplicate('?'));
  const same = row.shown.receipt === '' && refersTo.shown.receipt === '' ? SAYINGS.told : SAYINGS.duplicate;
  return [say(same(placeOf(refersTo, row))), ...contradiction(outcome, say)].join('; ');
}

function taking(outcome: Outcome, say: Say): string {
  const { row, refersTo } = outcome;
  if (!refersTo) return say(SAYINGS.unknownReversal());
  return [say(SAYINGS.reversal(placeOf(refersTo, row))), ...contradiction(outcome, say)].join('; ');
}

const contradiction = (outcome: Outcome, say: Say): string[] =>
  outcome.refersTo && differs(outcome)
    ? [say(SAYINGS.otherAmount(moneyOf(outcome.refersTo.fact.amountCents, outcome.refersTo)))]
    : [];

const moneyOf = (cents: number, { fact }: PaymentRow): string => formatMoney(cents, fact.currency);

/** `line 12`, with the file or sheet where that is another one. */
function placeOf({ place }: PaymentRow, from: PaymentRow): string {
  const elsewhere = place.file !== from.place.file ? `${place.file} ` : '';
  const sheet = place.sheet !== null && place.sheet !== from.place.sheet ? `${place.sheet} ` : '';
  return `${elsewhere}${sheet}line ${place.line}`;
}
