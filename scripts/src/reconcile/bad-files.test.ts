import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, STATEMENT } from './testing/desk.ts';
import { example, spawnReconcile, summaryIn, writeXlsx } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.write('invoices.csv', await example('invoices.csv'));
  await desk.write('payments.csv', await example('mpesa-statement.csv'));
});
afterAll(() => desk?.close());

describe('bad rows', () => {
  test('are told by file, line and column with the remedy, and the others are worked off', async () => {
    const bad = [
      'Invoice No,Customer,Phone,Due Date,Balance',
      'INV-1,Jane Doe,0712345678,31/01/2026,"1,500.00"',
      'INV-2,Ali Noor,not known,31/01/2026,12.345.6',
      'INV-3,Ann Wafula,nobody,31/02/2026,700',
      ',Nobody,,31/01/2026,100',
      'INV-5,"Open quote,,31/01/2026,100',
      'INV-1,Jane Doe,0712345678,31/01/2026,"1,500.00"',
      'INV-7,,,31/01/2026,100',
      'CN-1,Jane Doe,,31/01/2026,(500.00)',
      'Total,,,,"2,200.00"',
    ];
    await desk.write('bad.csv', bad.join('\n'));
    await desk.write(
      'p.csv',
      'Receipt,Date,Amount,Reference\nA1,01/01/2026,1500,INV-1\nA2,soon,700,INV-3\nA3,02/01/2026,,INV-3\n',
    );
    const ended = await desk.run('bad.csv', 'p.csv', '--json');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      "left out: bad.csv, line 3, Balance: not an amount '12.345.6'; write it like 1500 or 1,500.00",
    );
    expect(ended.stderr).toContain(
      "in part: bad.csv, line 4, Phone: not a phone number; the row is read without it 'nobody'",
    );
    expect(ended.stderr).toContain('left out: p.csv, line 3, Date: not a date');
    expect(summaryIn(ended)).toMatchObject({
      invoices: 2,
      payments: 1,
      rowsNotRead: 7,
      rowsReadInPart: 3,
      rowsSetAside: 2,
    });
    const rows = await desk.sheet('Rows not read');
    const lines = rows
      .filter(({ File }) => File === 'bad.csv')
      .map((row) => [row['What happened'], row['Line'], row['Column']]);
    expect(lines).toEqual([
      ['not read', 3, 'Balance'],
      ['not read', 5, 'Invoice No'],
      ['not read', 6, null],
      ['not read', 7, 'Invoice No'],
      ['not read', 8, 'Customer'],
      ['read in part', 3, 'Phone'],
      ['read in part', 4, 'Phone'],
      ['read in part', 4, 'Due Date'],
      ['set aside', 9, null],
      ['set aside', 10, null],
    ]);
  });

  test('a thousands comma without quotation marks never makes a small invoice of a large one', async () => {
    const rows = ['INV-1,Jane Doe,,15,000,31/01/2026', 'INV-2,Ali Noor,0712345678,15,000,', 'INV-3,Ann Njeri,,700,'];
    await desk.write('comma.csv', `Invoice No,Customer,Phone,Balance,Due Date\n${rows.join('\n')}\n`);
    const ended = await desk.run('comma.csv', 'payments.csv', '--json');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/left out: comma\.csv, line 2: .* quotation marks round an amount with a comma/);
    expect(summaryIn(ended)).toMatchObject({ invoices: 1, rowsNotRead: 2 });
    expect(await desk.sheet('Invoices')).toMatchObject([{ Invoice: 'INV-3', 'Balance before': 700 }]);
  });

  test('an invoice counts once, in whichever case and with whichever spaces its number is written', async () => {
    const rows = ['INV-1,Jane Doe,1500', 'inv-1,JANE  DOE,1500', 'INV - 1,Jane Doe,1500', 'INV-1,Ali Noor,1500'];
    await desk.write('spelt.csv', `Invoice No,Customer,Balance\n${rows.join('\n')}\n`);
    const ended = await desk.run('spelt.csv', 'payments.csv', '--json');
    expect(summaryIn(ended)).toMatchObject({ invoices: 2, rowsNotRead: 2 });
    expect(ended.stderr).toContain('invoice inv-1 stands on line 2 already');
  });

  test('a file with nothing but a header is said in one line', async () => {
    await desk.write('none.csv', 'Receipt,Date,Amount\n');
    const ended = await desk.run('invoices.csv', 'none.csv');
    expect(ended).toMatchObject({ code: 0, stderr: 'none.csv holds no rows below its header\n' });
  });

  test('of several phones of a payer the first is taken, which is said', async () => {
    const phone = '254700000001 / 254700000002';
    await desk.write('phones.csv', `Receipt,Date,Amount,Phone\nUH1AAAAA04,31/08/2026,50,${phone}\n`);
    const ended = await desk.run('invoices.csv', 'phones.csv');
    expect(ended.stderr).toContain(`Phone: several phone numbers; the row is read with the first '${phone}'`);
    expect((await desk.sheet('Payments'))[0]).toMatchObject({ Phone: phone });
  });

  test('a reference that a spreadsheet has cut off is said, and the details are read instead', async () => {
    const header =
      'Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Reason Type,Other Party Info,A/C No.';
    const row =
      'UAC6V8B2N4,12-01-2026 07:14:03,Pay Bill from 2547****001 - BRIAN OUMA Acc. INV-2026-0101,Completed,24500,,Pay Bill Online,2547****001 - BRIAN OUMA,2.54712E+11';
    await desk.write('cut.csv', `${header}\n${row}\n`);
    const ended = await desk.run('invoices.csv', 'cut.csv', '--json');
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('a spreadsheet has cut this number off');
    expect(summaryIn(ended)).toMatchObject({ currencies: [{ applied: { count: 1, cents: 2_450_000 } }] });
  });

  test('text that a spreadsheet would run is written as text', async () => {
    await desk.write(
      'evil.csv',
      'Receipt,Date,Amount,Name,Reference\nA1,01/01/2026,5,=1+1,"=HYPERLINK(""http://x"")"\nA2,01/01/2026,5,@SUM(A1),+254\n',
    );
    await desk.run('invoices.csv', 'evil.csv');
    const rows = await desk.sheet('Payments');
    expect(rows).toMatchObject([
      { Payer: "'=1+1", 'Typed or told': '\'=HYPERLINK("http://x")' },
      { Payer: "'@SUM(A1)", 'Typed or told': "'+254" },
    ]);
  });

  test('a payer cannot make a payment a reversal or a charge by what is typed', async () => {
    const header = 'Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,A/C No.';
    const typed = ['REVERSAL', 'Reversal of UAC6V8B2N4', 'bank charge', 'failed'];
    const rows = typed.map(
      (text, at) =>
        `UAC6V8B2M${at},12-01-2026 07:14:03,Pay Bill from 2547****001 - X Acc. ${text},Completed,10,,${text}`,
    );
    await desk.write('typed.csv', [header, ...rows].join('\n'));
    const ended = await desk.run('invoices.csv', 'typed.csv', '--json');
    expect(summaryIn(ended)).toMatchObject({
      payments: 4,
      rowsSetAside: 0,
      currencies: [{ received: { count: 4 }, reversals: { count: 0 } }],
    });
  });
});

describe('what contradicts itself', () => {
  test('a reversal of a payment that is not in the file, and a repeat with another amount, go to a person', async () => {
    const header = 'Receipt,Date,Type,Amount,Reference,Linked Transaction ID';
    const rows = [
      'UAC6V8B2N4,12/01/2026,payment,24500,INV-2026-0101,',
      'UAC6V8B2N4,12/01/2026,payment,2450,INV-2026-0101,',
      'UAC9V8B2N4,13/01/2026,reversal,10,,UAA0000000',
    ];
    await desk.write('odd.csv', [header, ...rows].join('\n'));
    await desk.run('invoices.csv', 'odd.csv');
    const review = await desk.sheet('For review');
    expect(review.map((row) => [row['Decision'], row['What is unclear']])).toEqual([
      [
        'duplicate',
        'the same receipt as on line 2; not counted again; but there it is KES 24,500: compare both with the provider',
      ],
      ['reversal', 'the payment that it takes back is not in the file; if it was applied before, take it off by hand'],
    ]);
  });

  test('an applied payment that is reversed opens its invoice again', async () => {
    const header = 'Receipt,Date,Type,Amount,Reference,Linked Transaction ID';
    const rows = [
      'UAC9V8B2N4,12/01/2026,reversal,24500,,UAC6V8B2N4',
      'UAC6V8B2N4,12/01/2026 09:00,payment,24500,INV-2026-0101,',
    ];
    await desk.write('back.csv', [header, ...rows].join('\n'));
    await desk.run('invoices.csv', 'back.csv');
    const invoices = await desk.sheet('Invoices');
    expect(invoices[0]).toMatchObject({
      'Balance before': 24_500,
      'Balance after': 24_500,
      State: 'still open',
      'Paid by': '',
    });
  });

  test('currencies are never added up', async () => {
    await desk.write(
      'usd.csv',
      'Receipt,Date,Amount,Reference,Currency\nA1,01/01/2026,100,INV-2026-0101,USD\nA2,01/01/2026,50,x,KES\n',
    );
    const summary = summaryIn(await desk.run('invoices.csv', 'usd.csv', '--json'));
    expect(summary['currencies']).toMatchObject([
      { currency: expect.stringMatching(/USD|KES/), received: { count: 1 } },
      { currency: expect.stringMatching(/USD|KES/), received: { count: 1 } },
    ]);
  });
});

describe('files and options that are wrong', () => {
  const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 1]);
  const fails = async (message: RegExp, invoices: string, payments: string, ...more: string[]): Promise<void> => {
    const ended = await desk.run(invoices, payments, ...more);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.split('\n')[0]).toMatch(message);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  };

  test('each ends with 2 and one line that says what to do', async () => {
    await mkdir(desk.at('sub'), { recursive: true });
    await desk.write('empty.csv', '');
    await desk.write('statement.pdf', '%PDF-1.7');
    await desk.write('old.xls', Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]));
    await desk.write('page.xls', '<html><table></table></html>');
    await desk.write('broken.xlsx', 'PK\u0003\u0004nothing');
    await desk.write('picture.csv', PNG);
    await desk.write('wrong.csv', 'Colour,Size\nred,3\n');
    await desk.write('half.csv', 'Invoice No,Customer,Colour\nINV-1,Jane,red\n');
    await fails(/there is no file .*missing\.csv; check/, 'missing.csv', 'payments.csv');
    await fails(/sub is a folder/, 'sub', 'payments.csv');
    await fails(/empty\.csv is empty/, 'empty.csv', 'payments.csv');
    await fails(/is a PDF; download/, 'invoices.csv', 'statement.pdf');
    await fails(/old \.xls or is protected by a password; open it/, 'invoices.csv', 'old.xls');
    await fails(/is a web page/, 'invoices.csv', 'page.xls');
    await fails(/broken\.xlsx (cannot be read as a workbook|holds no worksheet)/, 'invoices.csv', 'broken.xlsx');
    await fails(/picture\.csv misses columns/, 'invoices.csv', 'picture.csv');
    await fails(
      /wrong\.csv misses columns for payments: it needs 'Date' or 'Time', and 'Paid in'/,
      'invoices.csv',
      'wrong.csv',
    );
    await fails(
      /half\.csv .* needs 'Balance' or 'Total' \(found: Invoice No, Customer, Colour\); rename/,
      'half.csv',
      'payments.csv',
    );
    await fails(
      /cannot be written \(ENOENT\); its folder does not exist/,
      'invoices.csv',
      'payments.csv',
      '--out',
      'no/out.xlsx',
    );
    await fails(/--out would overwrite/, 'payments.xlsx', 'payments.csv', '--out', desk.at('sub/../payments.xlsx'));
    await fails(/--language is en or sw/, 'invoices.csv', 'payments.csv', '--language', 'fr');
    await fails(/Unknown option '--once'/, 'invoices.csv', 'payments.csv', '--once');
  });

  test('the command itself ends with the same codes', { timeout: 60_000 }, async () => {
    const help = await spawnReconcile(desk.folder, ['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/usage: \.\/scripts\/reconcile --invoices FILE --payments FILE/);
    const none = await spawnReconcile(desk.folder, []);
    expect(none).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --invoices FILE is missing\n./scripts/reconcile --help tells more\n',
    });
    await desk.write('one-bad.csv', 'Invoice No,Customer,Balance\nINV-1,Jane,100\nINV-2,Joe,much\n');
    const bad = await spawnReconcile(desk.folder, ['--invoices', 'one-bad.csv', '--payments', 'payments.csv']);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toBe(
      "  left out: one-bad.csv, line 3, Balance: not an amount 'much'; write it like 1500 or 1,500.00\n",
    );
  });

  test('several payment files tell of the same money once', async () => {
    const bank =
      'Date,Description,Debit,Credit\n12/01/2026,MPESA UAC6V8B2N4 BRIAN OUMA,,"24,500.00"\n14/01/2026,LEDGER FEE,100.00,\n';
    await desk.write('bank.csv', bank);
    const ended = await desk.run('invoices.csv', STATEMENT, '--payments', desk.at('bank.csv'), '--json');
    expect(summaryIn(ended)).toMatchObject({
      payments: 14,
      currencies: [{ duplicates: { count: 2 }, received: { count: 11 } }],
    });
  });

  test('a list of customers says who is who', async () => {
    await desk.write(
      'customers.csv',
      'Name,Adm No,Phone,Parent,Parent Phone\nBrian Otieno Ouma,ADM1041,0712345001,Rose Chebet,0722000044\n',
    );
    await writeXlsx(desk.at('one.xlsx'), [
      ['Receipt', 'Date', 'Amount', 'Phone', 'Name'],
      ['UAD5Q7W9E1', new Date('2026-01-13T19:08:59Z'), 24_500, 254_722_000_044, 'ROSE CHEBET'],
    ]);
    const ended = await desk.run('invoices.csv', 'one.xlsx', '--customers', desk.at('customers.csv'));
    expect(ended.stdout).toContain(
      '12 invoices are of customers who are not in their file, such as Faith Wanjiku Kamau (line 3)',
    );
    const [row] = await desk.sheet('Payments');
    expect(row).toMatchObject({ Decision: 'applied', Invoices: 'INV-2026-0101' });
    expect(row?.['Reason']).toContain("it was paid from a contact's phone");
  });
});
