import type { PaymentField } from './columns.ts';
import { readMarker, type Way } from './marker.ts';
import { banksReferenceOf, receiptsIn } from './receipts.ts';
import type { Entry } from './table.ts';
import { amountOf } from './values-of.ts';

/** What a line of a statement is: money from somebody, money taken back, or neither (and why). */
export type LineKind =
  | { is: 'payment'; cents: number; currency: string | null }
  | { is: 'reversal'; cents: number; currency: string | null; receipt: string }
  | { is: 'none'; why: string };

const DONE =
  /^(?:completed?|success(?:ful)?|succeeded|paid|posted|approved|confirmed|settled|received|ok|imekamilika)$/i;
const NOT_DONE =
  /^(?:failed|cancell?ed|declined|expired|pending|rejected|void(?:ed)?|reversed|initiated|processing|in progress|authori[sz]ed|imeshindwa|inasubiri)$/i;
const REVERSAL = /\brevers(?:al|ed)\b|kurudishwa|imerudishwa/i;
/** How banks write that a line takes earlier money back; of a line that pays in, it could be a clergyman's title. */
const TAKEN_BACK =
  /^rev(?:rsl|sl)?[\s.:/-]+(?:of|for|txn|trx|tran?|transaction|rtgs|eft|mps|m-?pesa|pesalink|che?q(?:ue)?|dep(?:osit)?|cash|transfer|trf|payments?|credit|cr|inward|ft\d)\b|\b(?:rvsl|revrsl)\b|\b(?:unpaid|bounced|returned|dishonou?red)\s+(?:chqs?|cheques?|eft|items?|deposits?)\b|\b(?:chqs?|cheques?|eft)\s+(?:unpaid|bounced|returned|dishonou?red)\b|\brefer to drawer\b/i;
const CHARGE = /charge|\bfees?\b|tariff|commission|levy|excise|\bada\b|\btozo\b/i;
/** Narrower than a charge: school fees are no charge of the provider's. */
const CHARGE_BACK = /charges?\b|tariff|commission|levy|excise|(?:bank|ledger|transaction|service) fees?\b|\btozo\b/i;
const SUBTOTAL = /^sub[- ]?totals?\b|^grand totals?\b/i;
const NOTE =
  /\bbalance (?:b|c)\/?f\b|\bbalance (?:brought|carried) (?:forward|down)|\b(?:opening|closing) balance\b|\b(?:b|c)\/f\b|salio la (?:mwanzo|mwisho|kuanzia)|computer[- ]generated|end of statement|\bpage \d+ (?:of|\/) \d+/i;
/** All that a bank says of a line which carries a balance on, be it in the column of money that came in. */
const CARRIED =
  /^(?:balance (?:b|c)\/?f|balance (?:brought|carried) (?:forward|down)|(?:opening|closing) balance|(?:b|c)\/f|salio la (?:mwanzo|mwisho|kuanzia))[\s:.]*$/i;
/** Judges a line of a payments file. @throws {RowError} where its amount or status cannot be read */
export function lineKind(entry: Entry<PaymentField>): LineKind {
  if (isTotals(entry)) return { is: 'none', why: 'totals' };
  if (isNote(entry)) return { is: 'none', why: 'balance or note' };
  const status = entry.text('status');
  if (NOT_DONE.test(status)) return { is: 'none', why: `not completed (${status.toLowerCase()})` };
  if (status !== '' && !DONE.test(status)) {
    throw entry.fail('status', 'a status that we do not know', 'write Completed if the money arrived, else Failed');
  }
  const { inCents, outCents, currency } = moneyOf(entry);
  if (isChargeBack(entry)) return { is: 'none', why: 'reversal of a charge' };
  if (isReversal(entry) || (outCents > 0 && isTakenBack(entry))) return reversal(entry, inCents, outCents, currency);
  if (inCents > 0) return { is: 'payment', cents: inCents, currency };
  if (outCents > 0) return { is: 'none', why: CHARGE.test(providersWords(entry)) ? 'charge' : 'money out' };
  if (isFreeOfCharge(entry)) return { is: 'none', why: 'charge' };
  throw entry.fail('paidIn', 'no amount', 'fill it in, or delete the row');
}

/** Where the business bears the fee of its payers, or a tariff is nothing, the charge stands there with 0.00. */
const isFreeOfCharge = (entry: Entry<PaymentField>): boolean =>
  amountOf(entry, 'withdrawn')?.cents === 0 && CHARGE_BACK.test(providersWords(entry));

type Money = { inCents: number; outCents: number; currency: string | null };

/** What came in and what went out: by columns of their own, by a sign, or by a marker. */
function moneyOf(entry: Entry<PaymentField>): Money {
  const paidIn = amountOf(entry, 'paidIn');
  const withdrawn = amountOf(entry, 'withdrawn');
  const currency = paidIn?.currency ?? withdrawn?.currency ?? null;
  const inCents = paidIn?.cents ?? 0;
  const outCents = Math.abs(withdrawn?.cents ?? 0) + Math.max(0, -inCents);
  if (inCents > 0 && outCents > 0) {
    throw entry.fail('withdrawn', 'money in and money out in one row', 'split it in two rows');
  }
  return marked(entry, { inCents: Math.max(0, inCents), outCents, currency });
}

/** A marker makes an amount without a sign money out; it may repeat what the amount says, never deny it. */
function marked(entry: Entry<PaymentField>, money: Money): Money {
  const { inCents, outCents } = money;
  if (inCents + outCents === 0) return money;
  const way = wayOf(entry);
  if (way === 'out' && inCents > 0 && !entry.has('withdrawn')) return { ...money, inCents: 0, outCents: inCents };
  if ((way === 'out' && inCents > 0) || (way === 'in' && outCents > 0)) {
    const field = entry.has('marker') ? 'marker' : 'reason';
    throw entry.fail(field, 'money in by the one column and out by the other', 'correct one of them');
  }
  return money;
}

function wayOf(entry: Entry<PaymentField>): Way | null {
  const way = readMarker(entry.text('marker')) ?? readMarker(entry.text('reason'));
  if (way !== null || !entry.has('marker') || entry.has('withdrawn')) return way;
  throw entry.fail('marker', 'neither money in nor money out', 'write CR for money in, DR for money out');
}

/** The provider's words, never those that a payer typed: `Pay Bill from … Acc. REVERSAL` is a payment. */
export function providersWords(entry: Entry<PaymentField>): string {
  const [details = ''] = entry.text('details').split(/\bfrom\b|\bacc\b|\bkutoka\b|-/i);
  const reason = entry.text('reason');
  return reason === '' || readMarker(reason) !== null ? details : reason;
}

function isReversal(entry: Entry<PaymentField>): boolean {
  const words = providersWords(entry);
  return REVERSAL.test(words) && !CHARGE.test(words);
}

function isTakenBack(entry: Entry<PaymentField>): boolean {
  const details = entry.text('details');
  return TAKEN_BACK.test(details) && !CHARGE.test(details);
}

/** A reversal that pays in gives money back that went out, unless it names a payment of somebody. */
function reversal(entry: Entry<PaymentField>, inCents: number, outCents: number, currency: string | null): LineKind {
  const own = entry.text('receipt').toUpperCase();
  const linked = entry.text('linked').toUpperCase();
  const told = receiptsIn(entry.text('details')).find((receipt) => receipt !== own) ?? banksReferenceOf(entry);
  const cents = outCents || inCents;
  if (cents === 0) throw entry.fail('paidIn', 'no amount', 'fill it in, or delete the row');
  const isMarked = entry.has('withdrawn') || wayOf(entry) !== null;
  if (inCents > 0 && isMarked) return { is: 'none', why: 'reversal of money that went out' };
  return { is: 'reversal', cents, currency, receipt: linked || told || '' };
}

const isChargeBack = (entry: Entry<PaymentField>): boolean => {
  const words = providersWords(entry);
  return REVERSAL.test(words) && CHARGE_BACK.test(words);
};

/** The last line of some exports: it says so, and has no date; a subtotal may have one. */
function isTotals(entry: Entry<PaymentField>): boolean {
  if (/^(?:grand |sub)?\s*(?:totals?|jumla)\b/i.test(entry.all) && !/\d/.test(entry.text('paidAt'))) return true;
  return (['receipt', 'details'] as const).some((field) => SUBTOTAL.test(entry.text(field)));
}

/** A line that a bank writes round its table: a balance that is carried on, or without any amount, as the foot of a page. */
function isNote(entry: Entry<PaymentField>): boolean {
  if (entry.text('receipt') === '' && CARRIED.test(entry.text('details'))) return true;
  const amounts = [entry.text('paidIn'), entry.text('withdrawn')];
  if (amounts.some((text) => /[1-9]/.test(text))) return false;
  const isLone = !entry.all.includes(' | ') && !/\d/.test(entry.all) && /\s/.test(entry.all);
  return isLone || NOTE.test(entry.all);
}
