import type { Played, PlayedInvoice } from '../play.ts';
import { stateOf } from '../tell/summary.ts';
import { called } from '../tell/swahili.ts';
import { postedOf } from '../tell/verdict.ts';
import type { Language } from '../tell/words.ts';
import { type Column, shillings, wallDay } from './sheet.ts';

/** Every invoice with its balance before and after, and the receipts that paid it. */
export function invoiceColumns(played: Played, language: Language): Column<PlayedInvoice>[] {
  const paidBy = receiptsByInvoice(played);
  const { toleranceCents } = played.state.rules;
  const day = (text: string | null): Date | null => (text === null ? null : wallDay(text));
  return [
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

function receiptsByInvoice({ outcomes }: Played): Map<string, string[]> {
  const receipts = new Map<string, string[]>();
  for (const outcome of outcomes) {
    const { shown, place } = outcome.row;
    for (const { invoiceId } of postedOf(outcome).allocations) {
      receipts.set(invoiceId, [...(receipts.get(invoiceId) ?? []), shown.receipt || `line ${place.line}`]);
    }
  }
  return receipts;
}
