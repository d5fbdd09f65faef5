import { readdir } from 'node:fs/promises';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, INVOICES, openDesk, STATEMENT } from './testing/desk.ts';
import { type Ended, example, runReconcile, spawnReconcile, summaryIn, writeXlsx } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

const worksheets = async (name: string): Promise<exceljs.Worksheet[]> => {
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(desk.at(name));
  return book.worksheets;
};
/** Starting a process is slow where others work. */
const SPAWN_MS = 60_000;
const plain = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,|$)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
    );

/** What must come out of the example files, however they are written. */
const EXPECTED = {
  payments: 13,
  forReview: 4,
  rowsNotRead: 0,
  rowsReadInPart: 0,
  rowsSetAside: 4,
  currencies: [
    {
      currency: 'KES',
      received: { count: 11, cents: 20_750_000 },
      applied: { count: 6, cents: 12_280_000 },
      suggested: { count: 3, cents: 8_050_000 },
      unmatched: { count: 1, cents: 120_000 },
      takenBack: { count: 1, cents: 300_000 },
      duplicates: { count: 1, cents: 2_450_000 },
      reversals: { count: 1, cents: 300_000 },
      toInvoicesCents: 12_020_000,
      creditCents: 260_000,
      unappliedCents: 260_000 + 8_050_000 + 120_000,
    },
  ],
};

describe('the example', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await spawnReconcile(desk.folder, [
      '--invoices',
      INVOICES,
      '--payments',
      STATEMENT,
      '--out',
      'r.xlsx',
      '--json',
    ]);
  }, SPAWN_MS);

  test('ends with 0, a table and the summary; no progress where nobody looks', () => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/applied automatically +6 +122,800\.00 +54\.5 % +59\.2 %/);
    expect(ended.stdout).toMatch(/duplicates, not counted again +1 +24,500\.00\n/);
    expect(ended.stdout).toMatch(/set aside: money out 1, not completed \(failed\) 1, charge 1, totals 1/);
    expect(ended.stdout).toMatch(/part paid +1 +26,750\.00 +15,000\.00 +11,750\.00/);
    expect(ended.stdout).toContain('unapplied cash: KES 84,300');
    expect(summaryIn(ended)).toMatchObject(EXPECTED);
  });

  test('shows every payment with decision, invoices and reason', async () => {
    const rows = await desk.sheet('Payments', 'r.xlsx');
    const of = (receipt: string) => rows.filter(({ Receipt }) => Receipt === receipt);
    expect(rows).toHaveLength(13);
    expect(of('UAC6V8B2N4')).toMatchObject([
      { Line: 23, Decision: 'applied', Invoices: 'INV-2026-0101', Applied: 24_500, Phone: '2547*****001' },
    ]);
    expect(of('UAC6V8B2N4')[0]?.['Paid at']).toEqual(new Date('2026-01-12T07:14:03Z'));
    expect(of('UAC6V8B2N4')[0]?.['Reason']).toContain('the reference is exactly INV-2026-0101');
    expect(of('UAC6V8B2N4')[0]?.['Confidence']).toBeGreaterThan(0.99);
    expect(of('UAE4L1M7K9')).toMatchObject([
      { Invoices: 'INV-2026-0106 18300.00, INV-2026-0107 6000.00', Applied: 24_300 },
    ]);
    expect(of('UAD3Z5X7C9').map(({ Decision }) => Decision)).toEqual(['applied', 'duplicate']);
    expect(of('UAF7D3G5H9')).toMatchObject([{ Decision: 'taken back', Applied: null }]);
    expect(of('UAG5F9K1L3')).toMatchObject([{ Decision: 'reversal', Reason: 'takes back the payment on line 14' }]);
    expect(of('UAF9C2V5Z7')).toMatchObject([{ Applied: 22_400, Credit: 2_600 }]);
  });

  test('gives a person the alternatives with their reasons, most money first', async () => {
    const rows = await desk.sheet('For review', 'r.xlsx');
    expect(rows.map(({ Amount }) => Amount)).toEqual([35_000, 24_500, 21_000, 1_200]);
    expect(rows[1]).toMatchObject({ Type: 'tie', 'Your decision': null });
    expect([rows[1]?.['Best answer'], rows[1]?.['Alternative 1']].toSorted()).toEqual([
      'Ruth Njoroge Kariuki: INV-2026-0109',
      'Samuel Njoroge Kariuki: INV-2026-0108',
    ]);
    expect(rows[1]?.['Why 2']).toContain('the amount equals an open balance');
    expect(rows[3]).toMatchObject({ Type: 'no candidate', Decision: 'unmatched' });
  });

  test('keeps the payment in sight beside the answer, where a person types one of their own', async () => {
    const sheet = (await worksheets('r.xlsx')).find(({ name }) => name === 'For review');
    const titles = sheet?.columns.map((_column, at) => sheet.getRow(1).getCell(at + 1).value) ?? [];
    const frozen = sheet?.views[0]?.state === 'frozen' ? (sheet.views[0].xSplit ?? 0) : 0;
    expect(titles.slice(0, frozen)).toEqual(['Paid at', 'Payer', 'Typed or told', 'Currency', 'Amount']);
    expect(titles.slice(frozen, frozen + 4)).toEqual(['What is unclear', 'Best answer', 'Your decision', 'Your note']);
    const widths = sheet?.columns.map(({ width = 0 }) => width) ?? [];
    const upTo = (title: string): number =>
      widths.slice(0, titles.indexOf(title) + 1).reduce((sum, width) => sum + width, 0);
    expect(upTo('Amount')).toBeLessThan(100);
    expect(upTo('Your decision')).toBeLessThan(210);
  });

  test('keeps the books: before, paid and after add up, in every invoice and in all', async () => {
    const rows = await desk.sheet('Invoices', 'r.xlsx');
    const sum = (title: string): number => rows.reduce((total, row) => total + Number(row[title]), 0);
    expect(rows).toHaveLength(13);
    for (const row of rows) expect(Number(row['Balance before']) - Number(row['Paid now'])).toBe(row['Balance after']);
    expect(sum('Paid now')).toBe(120_200);
    expect(rows.find(({ Invoice }) => Invoice === 'INV-2026-0105')).toMatchObject({
      State: 'part paid',
      'Paid by': 'UAE3R5T9B1',
    });
    const applied = (await desk.sheet('Payments', 'r.xlsx')).reduce((total, row) => total + Number(row['Applied']), 0);
    expect(applied).toBe(120_200);
  });

  test('has frozen headers, filters and formats, lines whose cells begin at one height, and titles on each printed page', async () => {
    const sheets = await worksheets('r.xlsx');
    expect(sheets.map(({ name }) => name)).toEqual(['Summary', 'Payments', 'For review', 'Invoices', 'Rows not read']);
    for (const sheet of sheets.slice(1)) {
      expect(sheet.views).toMatchObject([{ state: 'frozen', ySplit: 1 }]);
      expect(sheet.autoFilter).toBeTruthy();
      expect(sheet.columns.every(({ width = 0 }) => width >= 7)).toBe(true);
    }
    for (const sheet of sheets.slice(1, 4)) {
      const tops = sheet.columns.map((_column, at) => sheet.getRow(2).getCell(at + 1).alignment?.vertical);
      expect(new Set(tops)).toEqual(new Set(['top']));
      expect(sheet.pageSetup).toMatchObject({ orientation: 'landscape', paperSize: 9, printTitlesRow: '1:1' });
    }
    expect(sheets[0]?.pageSetup).toMatchObject({ fitToPage: true, fitToWidth: 1, fitToHeight: 0 });
    expect(sheets[1]?.getCell('J2').numFmt).toContain('#,##0.00');
    expect(sheets[0]?.getCell('A1').value).toBe('Reconciliation');
  });

  test('leaves no other file behind, and writes beside the payments by itself', async () => {
    await desk.write('paid.csv', await example('mpesa-statement.csv'));
    await runReconcile(['--invoices', INVOICES, '--payments', desk.at('paid.csv')]);
    expect((await readdir(desk.folder)).filter((name) => name.includes('reconciled'))).toEqual([
      'paid-reconciled.xlsx',
    ]);
    expect((await readdir(desk.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('is in Swahili where that is asked for: sheets, columns, decisions, reasons and sums', async () => {
    await desk.run(INVOICES, STATEMENT, '--out', desk.at('sw.xlsx'), '--language', 'sw');
    const [first] = await desk.sheet('Malipo', 'sw.xlsx');
    expect(first?.['Sababu']).toContain('ni sawa kabisa na INV-2026-0101');
    expect(first).toMatchObject({ Risiti: 'UAC6V8B2N4', Uamuzi: 'yamelipia ankara', Kilicholipia: 24_500 });
    const review = await desk.sheet('Kwa ukaguzi', 'sw.xlsx');
    expect(review[1]).toMatchObject({
      Aina: 'majibu yanalingana',
      Uamuzi: 'yamependekezwa',
      'Jibu bora': expect.any(String),
    });
    const [summary, ...sheets] = await worksheets('sw.xlsx');
    expect(summary?.getCell('A1').value).toBe('Ulinganisho wa malipo');
    expect(summary?.getColumn(1).values).toEqual(expect.arrayContaining(['yamepokelewa', 'imelipwa kwa sehemu']));
    const told = summary?.getColumn(2).values ?? [];
    expect(told).toContain('fedha zilizotoka 1, hayajakamilika (failed) 1, ada 1, jumla 1');
    const all = await desk.sheet('Malipo', 'sw.xlsx');
    const reasons = all.map(({ Sababu }) => String(Sababu)).join('\n');
    expect(reasons).toMatch(/risiti ile ile ya mstari wa \d+; /);
    expect(reasons).toContain('unarudisha malipo ya mstari wa 14');
    expect(reasons).not.toMatch(/\bline\b/);
    const titles = (sheet: exceljs.Worksheet) => [sheet.name, ...[sheet.getRow(1).values].flat()].filter(Boolean);
    const english = new Set((await worksheets('r.xlsx')).flatMap(titles));
    expect(sheets.flatMap(titles).filter((title) => english.has(title))).toEqual([]);
  });
});

describe('the same files written otherwise', () => {
  const same = async (invoices: string, payments: string): Promise<void> => {
    const ended = await desk.run(invoices, payments, '--json');
    expect(ended.stderr).toBe('');
    expect(summaryIn(ended)).toMatchObject(EXPECTED);
  };

  test('semicolons, a mark at the beginning, and UTF-16 with tabs', async () => {
    const rewrite = (text: string, mark: string): string =>
      plain(text)
        .map((row) => row.map((cell) => `"${cell}"`).join(mark))
        .join('\r\n');
    await desk.write('semi.csv', `\ufeff${rewrite(await example('invoices.csv'), ';')}`);
    await desk.write(
      'tabs.txt',
      Buffer.from(`\ufeff${rewrite(await example('mpesa-statement.csv'), '\t')}`, 'utf16le'),
    );
    await same('semi.csv', 'tabs.txt');
  });

  test('workbooks with real dates, numbers and a preamble', async () => {
    const day = (text = ''): Date => new Date(`${text.split('/').toReversed().join('-')}T00:00:00Z`);
    const [header = [], ...rows] = plain(await example('invoices.csv'));
    const money = (text = ''): number => Number(text.replaceAll(',', ''));
    const invoices = rows.map(([no = '', who = '', adm = '', phone = '', issued, due, what = '', total, balance]) => {
      const digits = Number(phone.replace(/\D/g, ''));
      return [no, who, adm, digits, day(issued), day(due), what, money(total), money(balance)];
    });
    await writeXlsx(desk.at('invoices.xlsx'), [['Jua Kali Academy'], [], header, ...invoices]);
    const time = /^(\d\d)-(\d\d)-(\d{4}) (\d\d:\d\d:\d\d)$/;
    const statement = plain(await example('mpesa-statement.csv')).map((row) =>
      row.map((cell) => {
        const found = time.exec(cell);
        return found ? new Date(`${found[3]}-${found[2]}-${found[1]}T${found[4]}Z`) : cell;
      }),
    );
    await writeXlsx(desk.at('statement.xlsx'), statement);
    await same('invoices.xlsx', 'statement.xlsx');
  });

  test('a list in Swahili with other columns', async () => {
    const list =
      'Namba ya risiti;Tarehe;Kiasi;Jina;Simu;Akaunti\nUAC6V8B2N4;12/01/2026 07:14;24.500,00;BRIAN OUMA;0712***001;INV-2026-0101\n';
    await desk.write('orodha.csv', list);
    const ended = await desk.run(INVOICES, 'orodha.csv', '--json');
    expect(summaryIn(ended)).toMatchObject({ payments: 1, currencies: [{ applied: { count: 1, cents: 2_450_000 } }] });
  });
});
