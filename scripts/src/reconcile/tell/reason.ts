import { inWords, type Proposal } from '@malipo/matching';
import { formatMoney } from '@malipo/values';
import type { Outcome } from '../outcome.ts';
import type { Played } from '../play.ts';
import type { PaymentRow } from '../read/payments.ts';
import { namesOther } from '../read/receipts.ts';
import { placeText } from '../read/remarks.ts';
import { verdictOf } from './verdict.ts';
import { type Language, REASONS, SAYINGS } from './words.ts';

/** Why a line of money became what it did: one text of plain sentences. */
export function reasonOf(outcome: Outcome, played: Played, language: Language): string {
  const { decision, row } = outcome;
  const say = (sentence: Record<Language, string>): string => sentence[language];
  switch (verdictOf(outcome)) {
    case 'duplicate':
      return repeat(outcome, language);
    case 'reversal':
      return taking(outcome, language);
    case 'taken back':
      return say(SAYINGS.takenBack(placeText((outcome.takenBackBy ?? row).place, row.place, language)));
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
  const telling = because.filter(({ code }) => code !== 'before_evidence').toSorted((a, b) => b.score - a.score);
  const of = (wanted: boolean): string =>
    telling
      .filter(({ score }) => score > 0 === wanted)
      .map((one) => inWords(one)[language])
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
  if (verdict === 'reversal') return outcome.refersTo === null || outcome.leftAlone !== null || differs(outcome);
  return verdict === 'duplicate' && (differs(outcome) || namesAnother(outcome));
}

const differs = ({ row, refersTo }: Outcome): boolean =>
  refersTo !== null && refersTo.fact.amountCents !== row.fact.amountCents;

const namesAnother = ({ row, refersTo }: Outcome): boolean =>
  refersTo !== null && namesOther(row.shown.receipt, row.fact, refersTo.fact);

function repeat(outcome: Outcome, language: Language): string {
  const { row, refersTo } = outcome;
  if (!refersTo) return SAYINGS.duplicate('?')[language];
  const same = row.shown.receipt === '' && refersTo.shown.receipt === '' ? SAYINGS.told : SAYINGS.duplicate;
  const place = placeText(refersTo.place, row.place, language);
  const { reference, payer } = refersTo.shown;
  const other = namesAnother(outcome) ? [SAYINGS.otherPayer(reference, payer)[language]] : [];
  return [same(place)[language], ...contradiction(outcome, language), ...other].join('; ');
}

function taking(outcome: Outcome, language: Language): string {
  const { row, refersTo, leftAlone } = outcome;
  if (!refersTo && row.fact.reversesReceipt === '') return SAYINGS.unnamedReversal()[language];
  if (!refersTo) return SAYINGS.unknownReversal()[language];
  const place = placeText(refersTo.place, row.place, language);
  if (leftAlone === 'again') return SAYINGS.takenBackBefore(place)[language];
  if (leftAlone !== null) {
    return SAYINGS.partReversal(
      moneyOf(row.fact.amountCents, row),
      moneyOf(refersTo.fact.amountCents, refersTo),
      place,
    )[language];
  }
  return [SAYINGS.reversal(place)[language], ...contradiction(outcome, language)].join('; ');
}

const contradiction = (outcome: Outcome, language: Language): string[] =>
  outcome.refersTo && differs(outcome)
    ? [SAYINGS.otherAmount(moneyOf(outcome.refersTo.fact.amountCents, outcome.refersTo))[language]]
    : [];

const moneyOf = (cents: number, { fact }: PaymentRow): string => formatMoney(cents, fact.currency);
