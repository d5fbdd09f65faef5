import { ACCOUNT_WORDS, INVOICE_WORDS, NUMBER_WORDS } from '../text/vocabulary.ts';
import { pieceAt, type Segments } from './segments.ts';

/** What a text calls the number that begins at a piece: `INV NO 1210` an invoice, `ADM 1210` and `NO 1210` an account. */
export function calledBefore(segments: Segments, at: number): 'invoice' | 'account' | null {
  const word = pieceAt(segments, at - 1);
  if (INVOICE_WORDS.has(word)) return 'invoice';
  if (NUMBER_WORDS.has(word)) return INVOICE_WORDS.has(pieceAt(segments, at - 2)) ? 'invoice' : 'account';
  return ACCOUNT_WORDS.has(word) ? 'account' : null;
}
