import type { InvoiceFact } from '@malipo/matching';
import type { RawPrediction } from '@malipo/scripts/recon-engine/records';
import type { Month } from './dataset.ts';

type Guess = Pick<RawPrediction, 'decision' | 'confidence' | 'allocations' | 'customer_id'>;
type Open = {
  id: string;
  customer: string;
  compact: string;
  left: number;
  tenant: string;
  issued: InvoiceFact['issueDay'];
};
const NONE: Guess = { decision: 'none', confidence: 0, allocations: [], customer_id: null };
const compact = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** What most ledgers do: apply when the reference is an open number and the amount equals its balance. */
export function exactBaseline(month: Month): Map<string, Guess> {
  return guess(month, (reference, amount, open) =>
    open.find((one) => one.compact === reference && one.left === amount),
  );
}

/** The usual first idea: the nearest number within two edits, whatever the amount. */
export function levenshteinBaseline(month: Month): Map<string, Guess> {
  return guess(month, (reference, _, open) => {
    let best: Open | undefined;
    let least = 3;
    for (const one of open) {
      if (Math.abs(one.compact.length - reference.length) > 2) continue;
      const edits = levenshtein(one.compact, reference);
      if (edits < least) [best, least] = [one, edits];
    }
    return best;
  });
}

function guess(month: Month, pick: (reference: string, amount: number, open: Open[]) => Open | undefined) {
  const byTenant = new Map<string, Open[]>();
  for (const raw of month.invoices) {
    const one = {
      id: raw.id,
      customer: raw.customer_id,
      compact: compact(raw.number),
      left: raw.balance_cents,
      tenant: raw.tenant_id,
      issued: raw.issue_date,
    };
    const list = byTenant.get(raw.tenant_id);
    if (list) list.push(one);
    else byTenant.set(raw.tenant_id, [one]);
  }
  const guesses = new Map<string, Guess>();
  const seen = new Set<string>();
  for (const payment of month.payments) {
    const repeated = seen.has(payment.trans_id) || payment.type === 'reversal';
    seen.add(payment.trans_id);
    const day = payment.received_at.slice(0, 10);
    const open = (byTenant.get(payment.tenant_id) ?? []).filter((one) => one.left > 0 && one.issued <= day);
    const reference = compact(payment.reference ?? '');
    const found = repeated || reference.length < 3 ? undefined : pick(reference, payment.amount_cents, open);
    const amount = Math.min(found?.left ?? 0, payment.amount_cents);
    if (found) found.left -= amount;
    guesses.set(
      payment.id,
      found
        ? {
            decision: 'auto',
            confidence: 1,
            allocations: [{ invoice: found.id, amount_cents: amount }],
            customer_id: found.customer,
          }
        : NONE,
    );
  }
  return guesses;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
