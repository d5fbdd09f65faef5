const GAP = '  ';

/**
 * Cells side by side, each column as wide as its widest cell. Where that is wider than the page, the widest columns give way
 * and their texts go on below; a word is never broken, so that an address can still be copied.
 * @param page width of a line
 * @returns the lines of each row
 */
export function layOut(rows: readonly (readonly string[])[], page: number): string[][] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widest = (measure: (cell: string) => number) =>
    Array.from({ length: columns }, (_, column) => Math.max(0, ...rows.map((row) => measure(row[column] ?? ''))));
  const widths = widest((cell) => cell.length);
  const least = widest((cell) => indentOf(cell).length + Math.max(...wordsOf(cell).map((word) => word.length)));
  giveWay(widths, least, page - GAP.length * (columns - 1));
  return rows.map((row) => {
    const cells = widths.map((width, column) => wrap(row[column] ?? '', width));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, column) => (lines[line] ?? '').padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** Takes from the widest column that can give, until all fit or none can. */
function giveWay(widths: number[], least: readonly number[], room: number): void {
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const able = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const most = Math.max(...able);
    if (most === 0) return;
    widths[able.indexOf(most)] = most - 1;
  }
}

/** What a text is indented by, its further lines are as well. */
function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const indent = indentOf(text);
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text)) {
    const longer = line === '' ? indent + word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** A number stays with the word before it: `KES 14,000`. */
const wordsOf = (text: string): string[] => text.trimStart().split(/ (?!\d)/);

const indentOf = (text: string): string => text.slice(0, text.length - text.trimStart().length);
