import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RawAllocation, RawDataset, RawPayment } from '@malipo/scripts/recon-engine/records';

/** What a careful person with the file in hand would have done with a payment. */
export type Truth = {
  payment_id: string;
  class: string;
  tags: string[];
  expected: 'apply' | 'review' | 'credit' | 'unmatched' | 'duplicate' | 'reversal';
  identifiable: boolean;
  ambiguous: boolean;
  customer_id: string | null;
  rule: string;
  allocations: RawAllocation[];
};

export type Month = RawDataset & {
  name: string;
  tenants: { id: string; kind: string }[];
  payments: RawPayment[];
  truth: Truth[];
};

/** Reads a month from a folder of JSON files, or from one compressed file as the repository carries it. */
export function readMonth(path: string): Month {
  const name = path.replace(/\/$/, '').split('/').at(-1)?.replace('.json.gz', '') ?? path;
  if (path.endsWith('.gz')) return { ...(JSON.parse(gunzipSync(readFileSync(path)).toString()) as Month), name };
  return {
    name,
    tenants: rows(path, 'tenants'),
    customers: rows(path, 'customers'),
    invoices: rows(path, 'invoices'),
    requests: rows(path, 'stk_requests'),
    history: rows(path, 'history'),
    payments: rows(path, 'payments'),
    truth: rows(path, 'truth'),
  };
}

function rows<Row>(dir: string, file: string): Row[] {
  const path = join(dir, `${file}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Row[]) : [];
}
