import type { Channel, PaymentFact } from '@malipo/matching';
import { PAYMENT_COLUMNS, type PaymentField } from './columns.ts';
import { columnOf, dateOrder, tableOrder } from './date-order.ts';
import { findTables } from './find-tables.ts';
import { type DateOrder, type Moment, readClock } from './moment.ts';
import type { Sheets } from './open-file.ts';
import { nameParts, type Party, readParty } from './payer.ts';
import { readNumber, readPhones } from './phone.ts';
import { createReceipts, isMpesaReceipt, type Receipts, receiptOf } from './receipts.ts';
import type { Place, Remark } from './remarks.ts';
import { lineKind, providersWords } from './statement.ts';
import { type Entry, readRows } from './table.ts';
import { currencyOf, momentOf, referenceOf } from './values-of.ts';

/** A payment or a reversal with its place in the file, and what the workbook shows of it as it was written. */
export type PaymentRow = {
  place: Place;
  fact: PaymentFact;
  hasTime: boolean;
  shown: { receipt: string; payer: string; phone: string; reference: string };
};

/**
 * The money in a payments file, an organisation's statement or a plain list, newest or oldest first.
 * @param prefix makes payment ids unique over several files
 * @throws {FileError} where no sheet has the columns
 */
export function readPayments(opened: Sheets, remarks: Remark[], prefix: string): PaymentRow[] {
  const receipts = createReceipts();
  return findTables(opened, PAYMENT_COLUMNS, remarks).flatMap((table, sheet) => {
    const order = dateOrder(columnOf(table, 'paidAt'), tableOrder(table));
    const rows = readRows(table, remarks, (entry) => readPayment(entry, order, `${prefix}${sheet}:`, receipts));
    // the portal writes the newest first; within one second the lower line then came first
    const [first, last] = [rows[0], rows.at(-1)];
    return first && last && first.fact.paidAt > last.fact.paidAt ? rows.toReversed() : rows;
  });
}

function readPayment(
  entry: Entry<PaymentField>,
  order: DateOrder,
  prefix: string,
  receipts: Receipts,
): PaymentRow | null {
  const kind = lineKind(entry);
  if (kind.is === 'none') {
    entry.setAside(kind.why);
    return null;
  }
  const { at, hasTime } = whenOf(entry, order);
  const party = partyOf(entry);
  const channel = channelOf(entry);
  const reference = typedBy(entry, party, channel);
  const payer = { reference, payerNames: nameParts(party.name), number: party.number };
  const receipt = receiptOf(entry);
  const fact: PaymentFact = {
    ...payer,
    paymentId: `${prefix}${entry.place.line}`,
    channel,
    receipt: receipt === '' ? receipts.nameless(entry, [kind.is, at, kind.cents]) : receipts.named(receipt, payer),
    paidAt: at,
    receivedAt: at,
    amountCents: kind.cents,
    currency: currencyOf(entry, 'currency', kind.currency),
    narrative: channel === 'bank' ? narrativeOf(entry) : null,
    requestId: null,
    reversesReceipt: kind.is === 'reversal' ? kind.receipt : null,
    flags: [],
  };
  const phone = entry.text('phone') || party.number.value;
  const typed = reference ?? fact.narrative ?? entry.text('details');
  return { place: entry.place, fact, hasTime, shown: { receipt, payer: party.name, phone, reference: typed } };
}

/** Date and time in one column or in two. */
function whenOf(entry: Entry<PaymentField>, order: DateOrder): Moment {
  if (!entry.has('paidAt')) return momentOf(entry, 'time', order);
  const moment = momentOf(entry, 'paidAt', order);
  if (moment.hasTime || entry.text('time') === '') return moment;
  const clock = readClock(entry.cell('time'));
  if (clock !== undefined) return { at: moment.at + clock, hasTime: true };
  if (/^\d{1,2}[:.]\d{2}/.test(entry.text('time'))) {
    entry.doubt('time', 'not a time of day; the row is read without it', 'write it like 14:03');
  }
  return moment;
}

/** Who paid: from columns of their own, else from the other party or the details. */
function partyOf(entry: Entry<PaymentField>): Party {
  const told = readParty(entry.text('details'));
  const other = entry.text('otherParty');
  const party = other === '' ? told : { ...readParty(other), reference: told.reference };
  const names = ['firstName', 'middleName', 'lastName'] as const;
  const written = entry.text('name') || names.map((field) => entry.text(field)).join(' ');
  const inName = readParty(written);
  const number = payersNumber(entry);
  const numbers = [number, inName.number, party.number];
  return {
    number: numbers.find(({ form }) => form !== 'none') ?? number,
    name: inName.name || written.trim() || party.name || (party.number.form === 'none' ? other : ''),
    reference: party.reference,
  };
}

/** The number in the column of phones; of several the first, and the others stay in the workbook. */
function payersNumber(entry: Entry<PaymentField>): Party['number'] {
  const number = readNumber(entry.cell('phone'));
  if (entry.text('phone') === '' || number.form !== 'none') return number;
  const [first, ...others] = readPhones(entry.cell('phone')).phones;
  if (first === undefined) {
    entry.doubt('phone', 'not a phone number; the row is read without it', 'write it like 0712345678 or 2547****678');
    return number;
  }
  if (others.length > 0) {
    entry.doubt('phone', 'several phone numbers; the row is read with the first', 'keep only the number that paid');
  }
  return readNumber(first);
}

function channelOf(entry: Entry<PaymentField>): Channel {
  const channel = entry.text('channel').toLowerCase();
  // a bank's text tells of M-Pesa money that it took in; only a list with receipts is the provider's own
  const said = `${channel} ${entry.has('receipt') ? providersWords(entry).toLowerCase() : ''}`;
  if (/airtel/.test(channel)) return 'airtel';
  if (/bank|rtgs|eft|pesalink|cheque/.test(channel)) return 'bank';
  if (/buy goods|merchant|\btill\b/.test(said)) return 'till';
  const isMpesa = /m-?pesa|pay ?bill/.test(said) || isMpesaReceipt(receiptOf(entry));
  return isMpesa || entry.has('phone') ? 'paybill' : 'bank';
}

/** What the payer typed; a bank's text is a narrative and comes in its own field. */
function typedBy(entry: Entry<PaymentField>, party: Party, channel: Channel): string | null {
  if (channel === 'bank' && !entry.has('receipt')) return null;
  return referenceOf(entry, 'reference') ?? party.reference;
}

const narrativeOf = (entry: Entry<PaymentField>): string | null =>
  [entry.has('receipt') ? '' : entry.text('reference'), entry.text('details')].join(' ').trim() || null;
