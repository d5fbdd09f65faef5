import exceljs, { type CellValue } from 'exceljs';
import type { Cell, Row, Sheet } from './cell.ts';

/** What no value depends on, and what stands for every cell of a range, of which a column has a million. */
const OPTIONS = { ignoreNodes: ['dataValidations', 'conditionalFormatting'] };

/** Every worksheet of a workbook; which of them are hidden is said. */
export async function readXlsx(file: string, bytes: Uint8Array): Promise<Sheet[]> {
  const book = new exceljs.Workbook();
  await book.xlsx.load(new Uint8Array(bytes).buffer, OPTIONS);
  return book.worksheets.map((sheet) => {
    const rows: Row[] = [];
    sheet.eachRow({ includeEmpty: false }, (row, line) => {
      const cells: Cell[] = [];
      row.eachCell({ includeEmpty: false }, (cell, column) => {
        while (cells.length < column - 1) cells.push('');
        // a merged cell repeats its master's value; only the master counts
        cells[column - 1] = cell.isMerged && cell.master !== cell ? '' : padded(toCell(cell.value), cell.numFmt);
      });
      rows.push({ line, cells });
    });
    return { file, name: sheet.name, rows, isHidden: sheet.state !== 'visible' };
  });
}

function toCell(value: CellValue): Cell {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'not a date' : value;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if ('richText' in value) return value.richText.map((part) => part.text).join('');
  if ('text' in value) return toCell(value.text);
  if ('error' in value) return value.error;
  return toCell('result' in value ? value.result : '');
}

/** A number shown as `0042` by its format is the text that a person sees. */
function padded(cell: Cell, format: string | undefined): Cell {
  if (typeof cell !== 'number' || !Number.isInteger(cell) || !/^0{2,}$/.test(format ?? '')) return cell;
  return String(cell).padStart(format?.length ?? 0, '0');
}
