import type { InvoiceState, Standing, Sum, Summary } from './summary.ts';
import { REASONS } from './words.ts';

/** A line of the table of money; `inside` says that it is part of what was received, and has a share of it. */
export type MoneyLine = { label: string; sum: Sum; inside: boolean };

/** What became of the money: what was received, by decision and typed reason, then what is no new money. */
export function moneyLines({ received, by, reasons }: Summary): MoneyLine[] {
  const line = (label: string, sum: Sum, inside = true): MoneyLine => ({ label, sum, inside });
  const under = (verdict: 'suggested' | 'unmatched'): MoneyLine[] =>
    reasons
      .filter((one) => one.verdict === verdict)
      .map(({ reason, sum }) => line(`   ${REASONS[reason as keyof typeof REASONS].en}`, sum));
  return [
    line('applied automatically', by.applied),
    line('suggested, for a person', by.suggested),
    ...under('suggested'),
    line('unmatched', by.unmatched),
    ...under('unmatched'),
    line('taken back by a reversal', by['taken back']),
    line('received', received),
    line('duplicates, not counted again', by.duplicate, false),
    line('reversals', by.reversal, false),
  ];
}

const STATES: readonly InvoiceState[] = ['paid', 'part paid', 'still open', 'settled before'];

export const invoiceLines = ({ invoices }: Summary): (Standing & { label: InvoiceState })[] =>
  STATES.map((label) => ({ label, ...invoices[label] }));

/** Titles of both tables. */
export const moneyTitles = (currency: string): string[] => [
  'payments',
  'count',
  currency,
  '% of count',
  `% of ${currency}`,
];
export const invoiceTitles = (currency: string): string[] => [
  'invoices',
  'count',
  `${currency} owed before`,
  'paid now',
  'owed after',
];

/** @returns null where there is nothing to take a share of */
export const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
