import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';
import { writeXlsx } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

describe('a cell of several lines', () => {
  test('says what it says in one: payer, account and date are read across the break', async () => {
    await desk.write(
      'i.csv',
      'Invoice No,Customer,Balance\nINV-0042,"Jane Wanjiru\nKamau",14000\nINV-0043,Ali Noor,14000\n',
    );
    const titles = ['Receipt No.', 'Completion\nTime', 'Details', 'Transaction\nStatus', 'Paid In', 'Other Party Info'];
    const details = 'Pay Bill from 254712***678 - JANE\nWANJIRU KAMAU Acc.\nINV-\n0042';
    const party = '254712***678 - JANE\nWANJIRU KAMAU';
    await writeXlsx(desk.at('p.xlsx'), [
      titles,
      ['UJ11AAAA11', '02-10-2026\n10:11:12', details, 'Completed', '14,000.00', party],
    ]);
    expect(await desk.run('i.csv', 'p.xlsx')).toMatchObject({ code: 0, stderr: '' });
    expect(await desk.sheet('Payments')).toMatchObject([
      { Payer: 'JANE WANJIRU KAMAU', Phone: '254712*****678', Invoices: 'INV-0042', Decision: 'applied' },
    ]);
  });
});

describe('a cell with what drives a terminal', () => {
  const EVIL = '\u001b[2J\u001b]0;x\u0007';
  const obeyed = /[^\P{Cc}\n]/u;

  test('is shown where it is told of, and obeyed nowhere', async () => {
    await desk.write('i.csv', 'Invoice No,Customer,Balance\nINV-0042,Jane Wanjiru,14000\n');
    await desk.write('c.csv', `Name,Account,Hse${EVIL} Nr\nAli Noor,A1,7\n`);
    const lines = [`UJ11AAAA11,02/10/2026,1.5${EVIL},INV-0042`, 'UJ11AAAA12,02/10/2026,5,INV-0042'];
    await desk.write('p.csv', `Receipt,Date,Amount,Reference\n${lines.join('\n')}\n`);
    const ended = await desk.run('i.csv', 'p.csv', '--customers', desk.at('c.csv'));
    expect(ended.stderr).toContain("Amount: not an amount '1.5");
    expect(ended.stdout).toContain("columns not used: 'Hse");
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(obeyed);
  });

  test('nor where its file is refused', async () => {
    await desk.write('i.csv', `Invoice No,Wh${EVIL}o,Balance\nINV-0042,Jane Wanjiru,14000\n`);
    const ended = await desk.run('i.csv', 'i.csv');
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toMatch(obeyed);
  });
});
