import type { Played, PlayedInvoice } from '../play.ts';
import { placeText } from '../read/remarks.ts';
import { stateOf } from '../tell/summary.ts';
import { called } from '../tell/swahili.ts';
import { postedOf } from '../tell/verdict.ts';
import type { Language } from '../tell/words.ts';
import { type Column, sheetColumn, shillings, wallDay } from './sheet.ts';

/** Every invoice with its balance before and after, and the receipts that paid it. */
export function invoiceColumns(played: Played, language: Language): Column<PlayedInvoice>[] {
  const paidBy = receiptsByInvoice(played, language);
  const { toleranceCents } = played.state.rules;
  const day = (text: string | null): Date | null => (text === null ? null : wallDay(text));
  const files = new Set(played.invoices.map(({ row }) => row.place.file));
  const file: Column<PlayedInvoice> = { title: 'File', width: 22, value: ({ row }) => row.place.file };
  return [
    ...(files.size > 1 ? [file] : []),
    ...sheetColumn(played.invoices),
    { title: 'File line', width: 9, format: 'count', value: ({ row }) => row.place.line },
    { title: 'Invoice', width: 20, value: ({ fact }) => fact.number },
    { title: 'Customer', width: 28, value: ({ fact }) => played.customers.get(fact.customerId)?.name ?? '' },
    {
      title: 'Account',
      width: 16,
      value: ({ fact }) => played.customers.get(fact.customerId)?.accountNumbers.join(', ') ?? '',
    },
    { title: 'Description', width: 26, value: ({ fact }) => fact.description },
    { title: 'Issued', width: 12, format: 'day', value: ({ row }) => day(row.issueDay) },
    { title: 'Due', width: 12, format: 'day', value: ({ row }) => day(row.dueDay) },
    { title: 'Currency', width: 9, value: ({ fact }) => fact.currency },
    { title: 'Total', width: 14, format: 'money', value: ({ fact }) => shillings(fact.totalCents) },
    { title: 'Balance before', width: 15, format: 'money', value: ({ fact }) => shillings(fact.balanceCents) },
    {
      title: 'Paid now',
      width: 14,
      format: 'money',
      value: ({ fact, afterCents }) => shillings(fact.balanceCents - afterCents),
    },
    { title: 'Balance after', width: 15, format: 'money', value: ({ afterCents }) => shillings(afterCents) },
    { title: 'State', width: 14, value: (invoice) => called(stateOf(invoice, toleranceCents), language) },
    { title: 'Paid by', width: 40, value: ({ fact }) => (paidBy.get(fact.invoiceId) ?? []).join(', ') },
  ];
}

/** The receipts of what paid an invoice; a line without one by its place. */
function receiptsByInvoice({ outcomes, invoices }: Played, language: Language): Map<string, string[]> {
  const receipts = new Map<string, string[]>();
  const places = new Map(invoices.map(({ fact, row }) => [fact.invoiceId, row.place]));
  for (const outcome of outcomes) {
    const { shown, place } = outcome.row;
    for (const { invoiceId } of postedOf(outcome).allocations) {
      const told = shown.receipt || placeText(place, places.get(invoiceId) ?? place, language);
      receipts.set(invoiceId, [...(receipts.get(invoiceId) ?? []), told]);
    }
  }
  return receipts;
}
