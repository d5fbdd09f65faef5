import type { InvoiceState, Standing, Sum, Summary } from './summary.ts';
import { called, type Name } from './swahili.ts';
import { type Language, REASONS } from './words.ts';

/** A line of the table of money; `inside` says that it is part of what was received, and has a share of it. */
export type MoneyLine = { label: string; sum: Sum; inside: boolean };

/** What became of the money: what was received, by decision and typed reason, then what is no new money. */
export function moneyLines({ received, by, reasons }: Summary, language: Language): MoneyLine[] {
  const line = (label: Name, sum: Sum, inside = true): MoneyLine => ({ label: called(label, language), sum, inside });
  const under = (verdict: 'suggested' | 'unmatched'): MoneyLine[] =>
    reasons
      .filter((one) => one.verdict === verdict)
      .map(({ reason, sum }) => {
        const label = `   ${REASONS[reason as keyof typeof REASONS][language]}`;
        return { label, sum, inside: true };
      });
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

export const invoiceLines = ({ invoices }: Summary, language: Language): (Standing & { label: string })[] =>
  STATES.map((state) => ({ label: called(state, language), ...invoices[state] }));

/** Titles of both tables. */
export const moneyTitles = (currency: string, language: Language): string[] => {
  const name = (one: Name) => called(one, language);
  const share = (whole: string) => `${name('% of')} ${whole}`;
  return [name('payments'), name('count'), currency, share(name('count')), share(currency)];
};
export const invoiceTitles = (currency: string, language: Language): string[] => {
  const name = (one: Name) => called(one, language);
  return [name('invoices'), name('count'), `${currency} ${name('owed before')}`, name('paid now'), name('owed after')];
};

/** @returns null where there is nothing to take a share of */
export const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
