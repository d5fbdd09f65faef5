import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RawDataset } from './records.ts';

/** The data folder is no use: nothing can be answered from it. The message names the file and the remedy. */
export class DatasetError extends Error {}

/** Without these fields nothing is known about anybody; whatever else a row lacks shows when it is used. */
const FIELDS = {
  customers: ['id', 'tenant_id'],
  invoices: ['id', 'tenant_id', 'customer_id', 'number', 'issue_date'],
  stk_requests: ['tenant_id', 'checkout_request_id'],
  history: [],
} as const;

/**
 * Reads a dataset's folder, relative to where the caller stands. Requests and history may be left out and count as empty.
 * @throws DatasetError when there is no such folder, no customers or invoices in it, or a file that cannot be read
 */
export function readDataset(dir: string): RawDataset {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DatasetError(`there is no folder ${dir}; name the folder with customers.json and invoices.json`);
  }
  return {
    customers: rows(dir, 'customers'),
    invoices: rows(dir, 'invoices'),
    requests: isThere(dir, 'stk_requests') ? rows(dir, 'stk_requests') : [],
    history: isThere(dir, 'history') ? rows(dir, 'history') : [],
  };
}

const pathOf = (dir: string, name: string): string => join(dir, `${name}.json`);
const isThere = (dir: string, name: string): boolean => existsSync(pathOf(dir, name));

function rows<Row>(dir: string, name: keyof typeof FIELDS): Row[] {
  const path = pathOf(dir, name);
  const fail = (what: string): never => {
    throw new DatasetError(`${path} ${what}; put a whole one there and start again`);
  };
  const list = parse(path, fail);
  if (!Array.isArray(list)) return fail('is not a JSON list');
  for (const [index, row] of list.entries()) {
    if (typeof row !== 'object' || row === null) fail(`has no object at entry ${index + 1}`);
    for (const field of FIELDS[name]) {
      if (typeof row[field] !== 'string') fail(`has no ${field} at entry ${index + 1}`);
    }
  }
  return list as Row[];
}

function parse(path: string, fail: (what: string) => never): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return fail(isMissing ? 'is missing' : `cannot be read (${String(error).split('\n')[0]})`);
  }
}
