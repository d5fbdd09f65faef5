import type { Row } from './cell.ts';
import { INVOICE_COLUMNS, PAYMENT_COLUMNS, titleWords } from './columns.ts';
import { isComplete, recognise } from './table-header.ts';

/** What a table may hold besides customers. */
export type Kind = 'invoices' | 'payments';

/** Titles of numbers that documents of any kind have. */
const ANY_NUMBER = new Set(['reference no', 'ref no', 'reference', 'ref', 'num', 'document no', 'doc no']);

/**
 * What a table plainly holds, whichever option its file was given to; null where its titles leave that open. Invoices have
 * a number, a customer, and a balance or a due date; a receipt or an amount that came in makes a table one of payments.
 * @param isBoth its file is given for invoices and for payments, so that no table of it may count as both
 */
export function kindOf(header: Row, isBoth: boolean): Kind | null {
  const invoices = recognise(header, INVOICE_COLUMNS);
  const payments = recognise(header, PAYMENT_COLUMNS);
  const isPayments = isComplete({ columns: payments }, PAYMENT_COLUMNS);
  const isNumbered = invoices.has('due') || !ANY_NUMBER.has(titleWords(invoices.get('number')?.title ?? ''));
  const amounts = (['total', 'paid', 'balance'] as const).map((field) => invoices.get(field)?.at);
  const paidIn = payments.get('paidIn');
  const isReceived = paidIn !== undefined && (payments.has('receipt') || !amounts.includes(paidIn.at));
  if (!isNumbered || !isComplete({ columns: invoices }, INVOICE_COLUMNS)) {
    return isPayments && (isReceived || isBoth) ? 'payments' : null;
  }
  if (isReceived && !isBoth) return null;
  if (isReceived && isPayments && !invoices.has('due')) return 'payments';
  return isBoth || invoices.has('due') || invoices.has('balance') ? 'invoices' : null;
}
