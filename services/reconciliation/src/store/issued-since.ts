import { findByIds } from '@malipo/service-kit';
import type { Invoices } from '../domain/judgement.ts';
import { pad } from '../domain/unit.ts';
import type { Collections } from './collections.ts';

const FIRST_VERSION = pad(1);

/** Which invoices are void now, and with which commit each came, by its first entry in the ledger. */
export async function readInvoices({ receivables, entries }: Collections, ids: ReadonlySet<string>): Promise<Invoices> {
  const firsts = [...ids].map((id) => `${id}:${FIRST_VERSION}`);
  const [rows, issued] = await Promise.all([findByIds(receivables, ids), findByIds(entries, firsts)]);
  const gone = new Set(rows.flatMap((row) => (row.status === 'void' ? row._id : [])));
  const positions = new Map(issued.map(({ invoiceId, position }) => [invoiceId, position]));
  return {
    isVoid: (id) => gone.has(id),
    isIssuedAfter: (id, seq) => (positions.get(id) ?? '') > `${pad(seq)};`,
  };
}
