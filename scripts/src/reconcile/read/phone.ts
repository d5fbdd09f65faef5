import { type PayerNumber, readPayerNumber, toMsisdn } from '@malipo/values';
import { type Cell, cellText } from './cell.ts';

/** Written like `2.54712E+11`: a spreadsheet has thrown the last digits away. */
export const isScientific = (text: string): boolean => /^\d(?:[.,]\d+)?E\+?\d+$/i.test(text);

/** The phones in a cell, `254…`, and what in it is none: several may stand there, in any usual form. */
export function readPhones(cell: Cell): { phones: string[]; rest: string[] } {
  const phones = new Set<string>();
  const rest: string[] = [];
  // often one below the other
  const lines = typeof cell === 'string' ? cell.split(/[\r\n]+/) : [cell];
  const pieces = lines.flatMap((line) => cellText(line).split(/\s*(?:[/,;&|]|\bor\b|\bau\b)\s*/i));
  for (const piece of pieces) {
    const text = piece.replace(/^'/, '').replace(/\.0$/, '');
    if (text === '' || text === '-') continue;
    const msisdn = toMsisdn(text);
    if (msisdn) phones.add(msisdn);
    else rest.push(text);
  }
  return { phones: [...phones], rest };
}

/** A payer's number in full, masked in any way (`0722***000`, `2547XXXX678`), hashed, or absent. */
export function readNumber(cell: Cell): PayerNumber {
  const text = cellText(cell).replace(/^'/, '').replace(/\.0$/, '');
  return readPayerNumber(text.replace(/^\+/, ''));
}
