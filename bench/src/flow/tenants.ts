import { credentialsOf, type OpenInvoice, openTenant, type Tenant } from '@malipo/scripts/world/organisations';
import { confirmation, receiptOf } from '../ingest/bodies.ts';
import type { Rig } from '../rig.ts';

/** One payment to be sent: its callback, ready to go, and the invoice it pays. */
export type Callback = {
  path: string;
  body: string;
  invoiceId: string;
  receipt: string;
  amountCents: number;
  tenant: number;
};

/** Opens organisations with so many invoices each, a few at a time. */
export async function openTenants(rig: Rig, sizes: readonly number[], run: string): Promise<Tenant[]> {
  const tenants: Tenant[] = [];
  const queue = sizes.entries();
  const worker = async () => {
    for (const [index, invoices] of queue) {
      const shortcode = String(100_000 + index);
      rig.sandbox.mpesa.addShortcode({ shortcode, kind: 'paybill', ...credentialsOf(shortcode) });
      tenants[index] = await openTenant(rig.url, { shortcode, invoices, run, index });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return tenants;
}

/** Unequal sizes, as businesses are: the k-th has a share of 1/k^0.7, and at least five invoices. */
export function unequal(count: number, total: number): number[] {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** 0.7);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.max(5, Math.round((total * weight) / sum)));
}

let receipts = 0;

/** Each invoice is paid once by its number, in an order that mixes the organisations. */
export function callbacksFor(tenants: readonly Tenant[]): Callback[] {
  const all = tenants.flatMap((tenant, index) => tenant.invoices.map((invoice) => ({ tenant, index, invoice })));
  shuffle(all);
  return all.map(({ tenant, index, invoice }) => callbackFor(tenant, index, invoice));
}

function callbackFor(tenant: Tenant, index: number, invoice: OpenInvoice): Callback {
  const receipt = receiptOf(receipts++);
  const msisdn = `2547 ***** ${invoice.phone.slice(-3)}`;
  const body = confirmation({
    receipt,
    amount: `${invoice.totalCents / 100}.00`,
    reference: invoice.number,
    shortcode: tenant.shortcode,
    msisdn,
    firstName: invoice.firstName,
  });
  return {
    path: new URL(tenant.callbackUrls['confirmation'] ?? '').pathname,
    body,
    invoiceId: invoice.id,
    receipt,
    amountCents: invoice.totalCents,
    tenant: index,
  };
}

/** Fisher and Yates, from a fixed seed, so that every run sends the same order. */
function shuffle<T>(items: T[]): void {
  let seed = 42;
  for (let last = items.length - 1; last > 0; last--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const other = seed % (last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}
