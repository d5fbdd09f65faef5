/** The cells of one record, and the line (from 0) below it. */
export type CsvRecord = { cells: string[]; end: number };

type Quoted = { text: string; line: number; at: number };

/** Reads the record that begins on a line. @returns null where a quotation mark is not closed, or closed amid a cell */
export function readRecord(lines: readonly string[], from: number, delimiter: string): CsvRecord | null {
  const cells: string[] = [];
  let [line, at] = [from, 0];
  while (true) {
    const text = lines[line] ?? '';
    if (text[at] === '"') {
      const quoted = readQuoted(lines, line, at + 1);
      if (quoted === null) return null;
      cells.push(quoted.text);
      ({ line, at } = quoted);
    } else {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? text.length : end;
    }
    const here = lines[line] ?? '';
    if (at >= here.length) return { cells, end: line + 1 };
    if (here[at] !== delimiter) return null;
    at++;
  }
}

/** Reads from behind an opening mark to behind the closing one; a doubled mark stands for itself. */
function readQuoted(lines: readonly string[], from: number, start: number): Quoted | null {
  const parts: string[] = [];
  let at = start;
  for (let line = from; line < lines.length; ) {
    const text = lines[line] ?? '';
    const mark = text.indexOf('"', at);
    if (mark < 0) {
      parts.push(text.slice(at), '\n');
      line++;
      at = 0;
    } else if (text[mark + 1] === '"') {
      parts.push(text.slice(at, mark + 1));
      at = mark + 2;
    } else {
      parts.push(text.slice(at, mark));
      return { text: parts.join(''), line, at: mark + 1 };
    }
  }
  return null;
}
