import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXAMPLES, runReconcile, sheetOf } from './run.ts';

export const INVOICES = path.join(EXAMPLES, 'invoices.csv');
export const STATEMENT = path.join(EXAMPLES, 'mpesa-statement.csv');

/** A bookkeeper's folder: files are named in it, or by their whole path. */
export async function openDesk() {
  const folder = await mkdtemp(path.join(tmpdir(), 'malipo-reconcile-'));
  const at = (name: string): string => path.resolve(folder, name);
  return {
    folder,
    at,
    write: (name: string, content: string | Uint8Array): Promise<void> => writeFile(at(name), content),
    /** The command on two files; a later option overrules the usual `--out`. */
    run: (invoices: string, payments: string, ...more: string[]) =>
      runReconcile(['--out', at('out.xlsx'), '--invoices', at(invoices), '--payments', at(payments), ...more]),
    sheet: (name: string, file = 'out.xlsx') => sheetOf(at(file), name),
    close: () => rm(folder, { recursive: true }),
  };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
