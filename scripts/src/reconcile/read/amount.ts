import { parseDecimalCents } from '@malipo/values';
import { type Cell, cellText } from './cell.ts';

/** Cents, and the currency where the cell itself names one. */
export type Amount = { cents: number; currency: string | null };

const SHILLING = /^(?:kes|kshs?|sh|shs|k\.?\s?shs?)\.?$/i;
const SIGN: Record<string, string> = { $: 'USD', '€': 'EUR', '£': 'GBP' };

/** What a spreadsheet's accounting format shows for nothing: ` -   `, `KES -`. */
const ACCOUNTING_ZERO = /^([A-Za-z.]{0,5}|[$€£])\s*[-−–—]$/;

/** What stands before and after the digits of an amount. */
const PARTS = /^([-−–]?)\s*([A-Za-z.]{0,5}|[$€£])\s*([-−–]?)\s*(\d[\d ,.]*?)\s*(\/[=-]|-)?\s*([A-Za-z.]{0,5})$/;

/**
 * Reads money as people and programs write it: `1500`, `1,500.00`, `KES 1,500`, `Ksh. 1,500/=`, `(1,500.00)`, `1 500,50`.
 * @returns null for an empty cell, undefined for what is no amount or could mean two (`1.500`)
 */
export function readAmount(cell: Cell): Amount | null | undefined {
  if (cell instanceof Date) return undefined;
  if (typeof cell === 'number') {
    const cents = Math.round(cell * 100);
    // a worksheet's formula gives more decimals than it shows
    return Number.isSafeInteger(cents) ? { cents: cents === 0 ? 0 : cents, currency: null } : undefined;
  }
  const text = cellText(cell);
  if (text === '') return null;
  if (ACCOUNTING_ZERO.test(text)) return nothingIn(text);
  const inner = /^\((.*)\)$/.exec(text)?.[1];
  const parts = PARTS.exec((inner ?? text).trim());
  if (!parts) return undefined;
  const [, minus, before = '', innerMinus, digits = '', after = '', behind = ''] = parts;
  const currency = currencyOf(before, behind);
  const cents = parseDecimalCents(plainDigits(digits));
  if (currency === undefined || cents === undefined) return undefined;
  const minuses = [inner !== undefined, minus, innerMinus, after === '-', /^dr$/i.test(behind)].filter(Boolean).length;
  if (minuses > 1) return undefined;
  return { cents: minuses === 1 && cents !== 0 ? -cents : cents, currency };
}

function nothingIn(dash: string): Amount | undefined {
  const currency = currencyOf(ACCOUNTING_ZERO.exec(dash)?.[1] ?? '', '');
  return currency === undefined ? undefined : { cents: 0, currency };
}

function currencyOf(before: string, behind: string): string | null | undefined {
  const after = /^(?:cr|dr)$/i.test(behind) ? '' : behind;
  if (before !== '' && after !== '') return undefined;
  const word = before || after;
  if (word === '') return null;
  if (SHILLING.test(word)) return 'KES';
  if (SIGN[word]) return SIGN[word];
  return /^[A-Z]{3}$/.test(word) ? word : undefined;
}

/** Thousands taken out, a decimal comma made a point; anything unclear is left as it is and is then no amount. */
function plainDigits(digits: string): string {
  if (/^\d{1,3}( \d{3})+([.,]\d{1,2})?$/.test(digits)) return plainDigits(digits.replaceAll(' ', ''));
  if (/^(\d+|\d{1,3}(\.\d{3})+),\d{1,2}$/.test(digits)) return digits.replaceAll('.', '').replace(',', '.');
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(digits)) return digits.replaceAll('.', '');
  // lakhs: 1,50,000
  if (/^\d{1,2}(,\d{2})+,\d{3}(\.\d{1,2})?$/.test(digits)) return digits.replaceAll(',', '');
  return /^\d{1,3}\.\d{3,}$/.test(digits) ? 'unclear' : digits;
}
