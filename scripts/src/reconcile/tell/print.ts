import { formatMoney } from '@malipo/values';
import { errorColour, numbersTable, printable } from '../../terminal.ts';
import { byKind, type Remark } from '../read/remarks.ts';
import type { Summary } from './summary.ts';
import { asideCalled, called } from './swahili.ts';
import { invoiceLines, invoiceTitles, moneyLines, moneyTitles, shareOf } from './tables.ts';
import type { Language } from './words.ts';

/** Remarks shown on the terminal; the workbook has all. */
const SHOWN = 10;

const amount = (cents: number): string => (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 });
const share = (part: number, whole: number): string => {
  const found = shareOf(part, whole);
  return found === null ? '–' : `${(100 * found).toFixed(1)} %`;
};

/** The tables of one currency: what became of the money, and how the invoices stand. */
export function summaryText(summary: Summary): string {
  return [moneyTable(summary), '', invoiceTable(summary), '', ...unapplied(summary)].join('\n');
}

function moneyTable(summary: Summary): string {
  const { currency, received } = summary;
  const rows = moneyLines(summary, 'en').map(({ label, sum: { count, cents }, inside }) => {
    const shares = inside ? [share(count, received.count), share(cents, received.cents)] : ['', ''];
    return [label, String(count), amount(cents), ...shares];
  });
  return numbersTable(moneyTitles(currency, 'en'), rows);
}

function invoiceTable(summary: Summary): string {
  const rows = invoiceLines(summary, 'en').map(({ label, count, beforeCents, paidCents, afterCents }) => {
    return [label, String(count), amount(beforeCents), amount(paidCents), amount(afterCents)];
  });
  return numbersTable(invoiceTitles(summary.currency, 'en'), rows);
}

const unapplied = ({ currency, unappliedCents, creditCents }: Summary): string[] => [
  `  unapplied cash: ${formatMoney(unappliedCents, currency)}` +
    (creditCents > 0 ? `, of which ${formatMoney(creditCents, currency)} is credit of known customers` : ''),
];

/** Lines that could not be read, the first of them one by one. @param language of the workbook that has them all */
export function problemsText(remarks: readonly Remark[], language: Language): string[] {
  const problems = [...byKind(remarks, 'not read'), ...byKind(remarks, 'read in part')];
  const more = problems.length - SHOWN;
  return [
    ...problems.slice(0, SHOWN).map(problemText),
    ...(more > 0
      ? [errorColour.dim(`  … and ${more} more, all in the sheet '${called('Rows not read', language)}'`)]
      : []),
  ];
}

function problemText({ file, sheet, line, column, value, what, remedy, kind }: Remark): string {
  const place = `${file}${sheet === null ? '' : ` (${sheet})`}, line ${line}${column === null ? '' : `, ${column}`}`;
  const shown = value === '' ? '' : ` '${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  const mark = kind === 'not read' ? errorColour.red('left out:') : errorColour.yellow('in part:');
  return `  ${mark} ${printable(`${place}: ${what}${shown}; ${remedy}`)}`;
}

/** `charge 12, money out 3`: what was understood and is no payment or invoice. */
export function setAsideText(remarks: readonly Remark[], language: Language): string {
  const counts = Map.groupBy(byKind(remarks, 'set aside'), ({ what }) => what);
  return [...counts].map(([what, rows]) => `${asideCalled(what, language)} ${rows.length}`).join(', ');
}

/** `'Hse Nr' of invoices.csv`: titles of columns that were not used. */
export const unusedText = (remarks: readonly Remark[]): string =>
  printable(
    byKind(remarks, 'not used')
      .map(({ value, file, sheet }) => `'${value}' of ${file}${sheet === null ? '' : ` (${sheet})`}`)
      .join('; '),
  );
