import { readFile, writeFile } from 'node:fs/promises';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';
import { writeXlsx } from './testing/run.ts';

const ROWS = [
  ['Receipt', 'Date', 'Amount', 'Reference'],
  ['UJ11AAAA11', '02/10/2026', 14_000, 'INV-0042'],
] as const;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.write('i.csv', 'Invoice No,Customer,Balance\nINV-0042,Jane Wanjiru,14000\n');
});
afterAll(() => desk?.close());

/** Has an archive say that each of its files takes up a gigabyte unpacked. */
async function inflate(file: string): Promise<void> {
  const bytes = await readFile(file);
  for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 1))
    bytes.writeUInt32LE(2 ** 30, at + 24);
  await writeFile(file, bytes);
}

describe('a workbook that is larger than it looks', () => {
  test('is refused where it would fill the memory, with the way out', async () => {
    await writeXlsx(desk.at('bomb.xlsx'), ROWS);
    await inflate(desk.at('bomb.xlsx'));
    const ended = await desk.run('i.csv', 'bomb.xlsx');
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringMatching(/more than 400 MB when it is unpacked; save/),
    ]);
  });

  test('is read where a rule stands for every cell of its sheet', async () => {
    const book = new exceljs.Workbook();
    const sheet = book.addWorksheet('Data');
    for (const row of ROWS) sheet.addRow([...row]);
    const { dataValidations } = sheet as unknown as { dataValidations: { add(range: string, rule: object): void } };
    dataValidations.add('A1:XFD1048576', { type: 'list', formulae: ['"a,b"'] });
    await book.xlsx.writeFile(desk.at('ruled.xlsx'));
    expect(await desk.run('i.csv', 'ruled.xlsx')).toMatchObject({ code: 0, stderr: '' });
  });
});
