import { isOwed } from '../index/invoices.ts';
import type { InvoiceRecord, State } from '../state.ts';
import type { Reading } from './reading.ts';

/**
 * How many customers pay together: the text names an invoice each, or several, and exactly the sum of them was paid.
 * @returns 0 where one pays alone
 */
export function countJoint(state: State, { hits, payment }: Reading): number {
  const clear = hits.filter((hit) => hit.level >= 3);
  if (clear.length < 2 || new Set(clear.map((hit) => hit.start)).size < clear.length) return 0;
  const named = new Set<InvoiceRecord>();
  for (const { invoice } of clear) {
    const record = state.invoices[invoice];
    if (!record || !isOwed(state, record) || record.currency !== payment.currency) return 0;
    named.add(record);
  }
  const owed = [...named].reduce((sum, { balanceCents }) => sum + balanceCents, 0);
  const owners = new Set([...named].map(({ customer }) => customer)).size;
  return owed === payment.amountCents && owners > 1 ? owners : 0;
}
