import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The files of the repository, as git knows them; paths from its root. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
}

export const readRepositoryFile = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

export type Measured = { name: string; file: string; line: number; lines: number };

/** How a function begins, on the line that opens its body. Control structures look like methods and are left out. */
const STARTS = [
  /^\s*(?:export )?(?:default )?(?:async )?function\*? ?(\w+)/,
  /^\s*(?:export )?(?:const|let) (\w+)\b.*=>\s*(?:\(?\{)\s*$/,
  /^\s*(?:static |override |private |get |set )*(?:async )?(?!if\b|for\b|while\b|switch\b|catch\b|return\b|else\b|do\b|with\b)(\w+)\(.*\{\s*$/,
  /^\s*(\w+): (?:async )?(?:\([^()]*\)|\w+) =>\s*\(?\{\s*$/,
];

/**
 * The functions of a formatted source file and their lengths in lines. Since the formatter keeps the closing brace under
 * the beginning of the statement that it closes, indentation says where a function ends; no parser is needed.
 */
export function functionsOf(file: string, text: string): Measured[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = STARTS.map((start) => start.exec(line)?.[1]).find((found) => found !== undefined);
    if (name === undefined) return [];
    const end = endOf(lines, index);
    return end === undefined ? [] : [{ name, file, line: index + 1, lines: end - index + 1 }];
  });
}

/** The line that closes what begins at `start`: the first one as far left that begins with a closing brace and ends it. */
function endOf(lines: readonly string[], start: number): number | undefined {
  const indent = indentOf(lines[start] ?? '');
  if (/\}\)?[;,]?$/.test(lines[start] ?? '') && braces(lines[start] ?? '') === 0) return start;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || indentOf(line) > indent) continue;
    // parameters or a return type over several lines close first and open the body on the same line
    if (/^\s*[)}\]].*\{$/.test(line)) continue;
    return /^\s*\}/.test(line) ? at : undefined;
  }
  return undefined;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

const braces = (line: string): number => line.split('{').length - line.split('}').length;

/** Lines of a file, without the newline at its end. */
export const linesOf = (text: string): number => text.trimEnd().split('\n').length;

/** The share of values within a bound, 0 to 1, and the value that nine in ten stay within. */
export function spread(values: readonly number[], bound: number): { share: number; ninth: number; most: number } {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    share: values.filter((value) => value <= bound).length / Math.max(1, values.length),
    ninth: sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
