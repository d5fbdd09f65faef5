import process from 'node:process';
import { visible } from '@malipo/values';
import { layOut } from './lay-out.ts';

/**
 * What nobody reads any more (`… | head -3`) is dropped; the command goes on with its work and ends as it would. Any other
 * failure of an output, such as a full disk, ends it with one line.
 */
function dropUnread(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: the output cannot be written (${error.code ?? error.message}); free some space\n`);
  process.exit(1);
}
process.stdout.on('error', dropUnread);
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1);
});

const paintFor = (stream: NodeJS.WriteStream) => {
  const colourful = stream.isTTY === true && !process.env.NO_COLOR;
  const paint = (code: number) => (text: string) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { dim: paint(2), bold: paint(1), green: paint(32), yellow: paint(33), red: paint(31), cyan: paint(36) };
};

/** Colours on a terminal only, and never under `NO_COLOR`. */
export const colour = paintFor(process.stdout);

/** Colours of what goes to standard error. */
export const errorColour = paintFor(process.stderr);

/** Text from outside as a line that a terminal shows and never obeys: an escape in it could clear or forge what it says. */
export const printable = (text: string): string => visible(text, Number.POSITIVE_INFINITY);

export const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** One readable line on standard error. */
export const complain = (text: string): void => void process.stderr.write(`${errorColour.red('error:')} ${text}\n`);

/** `label … done in 1.2 s` around a piece of work. */
export async function step<T>(label: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`  ${label} …`);
  try {
    const result = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(
      `${process.stdout.isTTY ? '\r' : ''}  ${colour.green('✓')} ${label} ${colour.dim(`(${seconds} s)`)}\n`,
    );
    return result;
  } catch (error) {
    process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}  ${colour.red('✗')} ${label}\n`);
    throw error;
  }
}

const INDENT = '  ';

/** A plain table with a header; on a terminal as wide as that at most, else as wide as its texts. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const page = process.stdout.isTTY ? process.stdout.columns - INDENT.length : Number.POSITIVE_INFINITY;
  const [titles = [], ...lines] = layOut([header, ...rows.map((row) => row.map(printable))], page);
  const rule = '─'.repeat(Math.max(...[titles, ...lines].flat().map((line) => line.length)));
  return [...titles.map(colour.bold), colour.dim(rule), ...lines.flat()].map((text) => INDENT + text).join('\n');
}

/** A table of numbers with their names in the first column: to the right, under titles to the right. */
export function numbersTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const right = (cells: readonly string[]): string[] =>
    cells.map((cell, at) => (at === 0 ? cell : cell.padStart(widths[at] ?? 0)));
  return table(right(header), rows.map(right));
}
