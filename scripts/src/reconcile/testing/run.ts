import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import exceljs from 'exceljs';
import { reconcile } from '../command.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../../reconcile');
export const EXAMPLES = path.resolve(import.meta.dirname, '../examples');
export const example = (name: string): Promise<string> => readFile(path.join(EXAMPLES, name), 'utf8');

export type Ended = { code: number; stdout: string; stderr: string };

/** Runs `./scripts/reconcile` in a folder, as a bookkeeper would, without a terminal. */
export function spawnReconcile(cwd: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(SCRIPT, [...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** The same command in this process, with what it says: a process of its own costs a second each. */
export async function runReconcile(args: readonly string[]): Promise<Ended> {
  const [said, warned]: [string[], string[]] = [[], []];
  const warn = (line: string): void => void warned.push(`${line}\n`);
  const code = await reconcile(args, { say: (line) => void said.push(`${line}\n`), warn, complain: warn });
  return { code, stdout: said.join(''), stderr: warned.join('') };
}

export type Cell = string | number | Date | null;

/** A sheet of a workbook on disk, each row by the titles of its columns; a title that repeats is numbered. */
export async function sheetOf(file: string, name: string): Promise<Record<string, Cell>[]> {
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(file);
  const sheet = book.getWorksheet(name);
  if (!sheet) throw new Error(`no sheet ${name}`);
  const seen = new Map<string, number>();
  const titles = valuesOf(sheet.getRow(1)).map((title) => {
    const times = (seen.get(String(title)) ?? 0) + 1;
    seen.set(String(title), times);
    return times === 1 ? String(title) : `${title} ${times}`;
  });
  return (sheet.getRows(2, Math.max(0, sheet.rowCount - 1)) ?? []).map((row) => {
    const values = valuesOf(row);
    return Object.fromEntries(titles.map((title, at) => [title, values[at] ?? null]));
  });
}

const valuesOf = (row: exceljs.Row): Cell[] =>
  Array.from({ length: row.cellCount }, (_, at) => row.getCell(at + 1).value as Cell);

/** Writes rows as a workbook; numbers and dates stay what they are. */
export async function writeXlsx(
  file: string,
  rows: readonly (readonly Cell[])[],
  formats: Record<number, string> = {},
) {
  const book = new exceljs.Workbook();
  const sheet = book.addWorksheet('Data');
  for (const row of rows) sheet.addRow([...row]);
  for (const [column, format] of Object.entries(formats)) sheet.getColumn(Number(column)).numFmt = format;
  await book.xlsx.writeFile(file);
}

/** The JSON summary in the last line of the output. */
export const summaryIn = ({ stdout }: Ended): Record<string, never> =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
