import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Sheet } from './cell.ts';
import { readCsv } from './csv.ts';
import { decode } from './decode.ts';
import { FileError, type Remark } from './remarks.ts';
import { unpackedBytes } from './unpacked.ts';
import { readXlsx } from './xlsx.ts';

/** A file as rows, and the lines in it that are no rows; `digest` and `realPath` say whether two are the same. */
export type OpenFile = { file: string; sheets: Sheet[]; broken: Remark[]; digest: string; realPath: string };

type Content = Pick<OpenFile, 'sheets' | 'broken'>;

/** What is read of a file; `isBoth` says that it is given for invoices and for payments. */
export type Sheets = Pick<OpenFile, 'file' | 'sheets'> & { isBoth?: boolean };

/**
 * Opens a CSV or XLSX file, told apart by its content.
 * @param file how it is called in what is told of it
 * @throws {FileError} with the next step
 */
export async function openFile(given: string, file = path.basename(given)): Promise<OpenFile> {
  const bytes = await readBytes(given);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { file, digest, realPath: await realpath(given), ...(await contentOf(given, file, bytes)) };
}

async function contentOf(given: string, file: string, bytes: Uint8Array): Promise<Content> {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  if (bytes.length === 0) throw new FileError(`${given} is empty; export it again`);
  if (start.startsWith('PK')) return openWorkbook(given, file, bytes);
  for (const [magic, what] of REFUSED) if (magic.test(start)) throw new FileError(`${given} ${what}`);
  if (OLD_WORKBOOK.every((byte, at) => bytes[at] === byte)) {
    throw new FileError(`${given} is an old .xls or is protected by a password; ${SAVE_AS} without a password`);
  }
  const { rows, broken } = readCsv(decode(bytes));
  const place = { file, sheet: null, kind: 'not read' } as const;
  return {
    sheets: [{ file, name: null, rows }],
    broken: broken.map(({ line, error: { column, value, message, remedy } }) => {
      return { ...place, line, column, value, what: message, remedy };
    }),
  };
}

const SAVE_AS = 'open it in a spreadsheet program and save it as .xlsx or CSV';

/** Files that people take for tables, by how they begin. */
const REFUSED: readonly [RegExp, string][] = [
  [/^%PDF/, 'is a PDF; download the statement as CSV or Excel instead'],
  [/^\s*<(?:!doctype|html|table|\?xml)/i, `is a web page under another name; ${SAVE_AS}`],
];

/** How old workbooks begin, and new ones that are encrypted. */
const OLD_WORKBOOK = [0xd0, 0xcf, 0x11, 0xe0] as const;

/** A sheet of a million rows has some 150 MB; of much more, memory would run out without a word. */
const MAX_UNPACKED = 400 * 1024 * 1024;

async function openWorkbook(given: string, file: string, bytes: Uint8Array): Promise<Content> {
  if (unpackedBytes(bytes) > MAX_UNPACKED) {
    const most = `${MAX_UNPACKED / 1024 / 1024} MB`;
    throw new FileError(
      `${given} takes up more than ${most} when it is unpacked; save its table alone as .xlsx or CSV`,
    );
  }
  try {
    const all = await readXlsx(file, bytes);
    const sheets = all.length > 1 ? all : all.map((sheet) => ({ ...sheet, name: null }));
    if (sheets.length > 0) return { sheets, broken: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FileError(`${given} cannot be read as a workbook (${reason}); ${SAVE_AS}`);
  }
  throw new FileError(`${given} holds no worksheet; unpack it if it is an archive, or save it as .xlsx`);
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new FileError(`there is no file ${file}; check the name and the folder`);
    if (code === 'EISDIR') throw new FileError(`${file} is a folder; name the file in it`);
    if (code === 'EACCES') throw new FileError(`${file} may not be read by you; change its permissions or copy it`);
    throw new FileError(`${file} cannot be read (${String(code ?? error)}); copy it to this computer and try again`);
  }
}
