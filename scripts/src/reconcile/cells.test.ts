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
