import type { Outcome } from '../outcome.ts';
import type { Played } from '../play.ts';
import { reasonOf } from '../tell/reason.ts';
import { called } from '../tell/swahili.ts';
import { paidCents, postedOf, verdictOf } from '../tell/verdict.ts';
import type { Language } from '../tell/words.ts';
import { type Column, sheetColumn, shillings, wallClock } from './sheet.ts';

const CHANNELS = {
  paybill: 'M-Pesa paybill',
  till: 'M-Pesa till',
  stk: 'M-Pesa prompt',
  airtel: 'Airtel',
  bank: 'Bank',
};

/** Columns that say which payment it is; the sheet of payments begins with them. */
export const identity = ({ outcomes }: Played): readonly Column<Outcome>[] => [
  { title: 'File', width: 22, value: ({ row }) => row.place.file },
  ...sheetColumn(outcomes),
  { title: 'Line', width: 7, format: 'count', value: ({ row }) => row.place.line },
  { title: 'Paid at', width: 19, format: 'time', value: ({ row }) => wallClock(row.fact.paidAt) },
  { title: 'Receipt', width: 14, value: ({ row }) => row.shown.receipt },
  { title: 'Channel', width: 15, value: ({ row }) => CHANNELS[row.fact.channel] },
  { title: 'Payer', width: 24, value: ({ row }) => row.shown.payer },
  { title: 'Phone', width: 15, value: ({ row }) => row.shown.phone },
  { title: 'Typed or told', width: 28, value: ({ row }) => row.shown.reference },
  { title: 'Currency', width: 9, value: ({ row }) => row.fact.currency },
  { title: 'Amount', width: 14, format: 'money', value: ({ row }) => shillings(row.fact.amountCents) },
];

/** Every payment, with what became of it; amounts that are not applied are empty. */
export function paymentColumns(played: Played, language: Language): Column<Outcome>[] {
  const numbers = invoiceNumbers(played);
  const applied = (outcome: Outcome): number => paidCents(postedOf(outcome).allocations);
  return [
    ...identity(played),
    { title: 'Decision', width: 13, value: (outcome) => called(verdictOf(outcome), language) },
    { title: 'Invoices', width: 26, value: (outcome) => numbersText(postedOf(outcome).allocations, numbers) },
    { title: 'Customer', width: 26, value: (outcome) => appliedCustomer(outcome, played) },
    { title: 'Applied', width: 14, format: 'money', value: (outcome) => shillings(applied(outcome)) || null },
    {
      title: 'Credit',
      width: 14,
      format: 'money',
      value: (outcome) => shillings(postedOf(outcome).creditCents) || null,
    },
    {
      title: 'Confidence',
      width: 11,
      format: 'percent',
      value: ({ decision }) => decision.proposal?.confidence ?? null,
    },
    { title: 'Reason', width: 90, value: (outcome) => reasonOf(outcome, played, language) },
  ];
}

export const invoiceNumbers = ({ invoices }: Played): ReadonlyMap<string, string> =>
  new Map(invoices.map(({ fact }) => [fact.invoiceId, fact.number]));

/** `INV-1`, or `INV-1 500.00, INV-2 250.00` where money goes to several. */
export function numbersText(
  parts: readonly { invoiceId: string; amountCents: number }[],
  numbers: ReadonlyMap<string, string>,
): string {
  const name = (id: string): string => numbers.get(id) ?? id;
  if (parts.length === 1) return name(parts[0]?.invoiceId ?? '');
  return parts.map(({ invoiceId, amountCents }) => `${name(invoiceId)} ${(amountCents / 100).toFixed(2)}`).join(', ');
}

function appliedCustomer(outcome: Outcome, { customers }: Played): string {
  if (verdictOf(outcome) !== 'applied') return '';
  return customers.get(outcome.decision.proposal?.customerId ?? '')?.name ?? '';
}
