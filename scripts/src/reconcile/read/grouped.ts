import { type Cell, cellText, type Row } from './cell.ts';
import type { Columns } from './columns.ts';
import type { Remark } from './remarks.ts';
import type { Table } from './table.ts';
import { filled } from './table-header.ts';

/**
 * Reports that group their rows, as QuickBooks does with open invoices, name the customer once, in a line of its own above
 * the rows and under no title. Each row gets that name; behind a group's total nobody is named.
 */
export function ungroup<Field extends string>(
  table: Table<Field>,
  { grouped, required }: Columns<Field>,
  remarks: Remark[],
): Table<Field> {
  const missing = required.filter((group) => !group.some((field) => table.columns.has(field)));
  const at = headingColumn(table);
  if (grouped === undefined || at === undefined || missing.length !== 1 || !missing[0]?.includes(grouped)) return table;
  let heading: Cell = '';
  const rows = table.rows.flatMap((row): Row[] => {
    if (isHeading(row, at)) {
      heading = row.cells[at] ?? '';
      remarks.push(aside(table, row));
      return [];
    }
    if (cellText(row.cells[at]) !== '') heading = '';
    const cells = Object.assign([...row.cells], { [at]: row.cells[at] || heading });
    return [{ ...row, cells: Array.from(cells, (cell) => cell ?? '') }];
  });
  return { ...table, rows, columns: new Map([...table.columns, [grouped, { at, title: '' }]]) };
}

/** The column without a title in which lines of their own stand, with rows below them that leave it blank. */
function headingColumn<Field extends string>({ header, rows }: Table<Field>): number | undefined {
  const first = rows.find((row) => filled(row).length === 1);
  const at = first?.cells.findIndex((cell) => cellText(cell) !== '') ?? -1;
  const isUsed = rows.some((row, index) => index > 0 && isHeading(rows[index - 1], at) && isBelow(row, at));
  return at >= 0 && cellText(header.cells[at]) === '' && isUsed ? at : undefined;
}

const isHeading = (row: Row | undefined, at: number): boolean =>
  row !== undefined && filled(row).length === 1 && cellText(row.cells[at]) !== '';

const isBelow = (row: Row, at: number): boolean => filled(row).length > 1 && cellText(row.cells[at]) === '';

const aside = <Field extends string>({ sheet }: Table<Field>, { line, cells }: Row): Remark => ({
  file: sheet.file,
  sheet: sheet.name,
  line,
  kind: 'set aside',
  column: null,
  value: cellText(cells.find((cell) => cellText(cell) !== '')),
  what: 'heading',
  remedy: '',
});
