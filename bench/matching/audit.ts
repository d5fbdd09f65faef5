import type { RawPayment } from '@malipo/scripts/recon-engine/records';
import type { Month } from './dataset.ts';

const TOLERANCE_CENTS = 500;

/** What an engine did with one payment: cents by invoice. */
export type Posting = { payment: RawPayment; own: ReadonlyMap<string, number>; decision: string };

/** Watches for what must never happen: money applied beyond what was paid or owed, or across organisations. */
export function createAudit(month: Month) {
  const invoices = new Map(month.invoices.map((invoice) => [invoice.id, invoice]));
  const violations: Record<string, number> = {};
  const used = new Map<string, number>();
  const applied = new Map<string, ReadonlyMap<string, number>>();
  const bad = (what: string): void => {
    violations[what] = (violations[what] ?? 0) + 1;
  };
  const use = (invoice: string, amount: number): number => {
    const total = (used.get(invoice) ?? 0) + amount;
    used.set(invoice, total);
    return total;
  };
  const checkInvoices = ({ payment, own }: Posting): void => {
    for (const id of own.keys()) {
      const invoice = invoices.get(id);
      if (!invoice) bad('unknown_invoice');
      else if (invoice.tenant_id !== payment.tenant_id) bad('cross_tenant');
    }
    const total = [...own.values()].reduce((sum, amount) => sum + amount, 0);
    if (total > payment.amount_cents + TOLERANCE_CENTS) bad('more_than_paid');
  };
  const takeBack = (receipt: string): void => {
    for (const [id, amount] of applied.get(receipt) ?? []) use(id, -amount);
    applied.delete(receipt);
  };
  const post = ({ payment, own }: Posting): void => {
    for (const [id, amount] of own) {
      const owed = invoices.get(id)?.balance_cents ?? Number.POSITIVE_INFINITY;
      if (use(id, amount) > owed + TOLERANCE_CENTS) bad('more_than_owed');
    }
    applied.set(payment.trans_id, own);
  };
  const check = (posting: Posting): void => {
    checkInvoices(posting);
    if (posting.payment.type === 'reversal') takeBack(posting.payment.reverses_trans_id ?? '');
    else if (posting.decision === 'auto' && posting.own.size > 0) post(posting);
  };
  return { violations, check };
}
