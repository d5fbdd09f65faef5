import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawDataset } from './records.ts';

/** Reads a dataset's folder; a file that is not there counts as empty. */
export function readDataset(dir: string): RawDataset {
  return {
    customers: rows(dir, 'customers'),
    invoices: rows(dir, 'invoices'),
    requests: rows(dir, 'stk_requests'),
    history: rows(dir, 'history'),
  };
}

function rows<Row>(dir: string, name: string): Row[] {
  const path = join(dir, `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Row[]) : [];
}
