import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, STATEMENT } from './testing/desk.ts';
import { summaryIn } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.write('inv.csv', 'Invoice No,Customer,Adm No,Balance\nINV-1,Jane Doe,ADM1041,24500\n');
});
afterAll(() => desk?.close());

describe('a list of payments', () => {
  test.each(['Adm No', 'House No', 'Student No', 'Meter', 'Invoice No'])(
    'has what was paid for in %s',
    async (title) => {
      const typed = title === 'Invoice No' ? 'INV-1' : 'ADM1041';
      await desk.write('list.csv', `Receipt,Date,${title},Name,Amount\nRCT-1,12/01/2026,${typed},JANE DOE,24500\n`);
      await desk.run('inv.csv', 'list.csv');
      expect(await desk.sheet('Payments')).toMatchObject([{ Decision: 'applied', 'Typed or told': typed }]);
    },
  );

  test.each(['Tenant', 'Student', 'Member Name', 'Mpangaji'])('has who paid in %s', async (title) => {
    await desk.write('list.csv', `Receipt,Date,${title},Amount\nRCT-1,12/01/2026,Jane Doe,24500\n`);
    await desk.run('inv.csv', 'list.csv');
    expect(await desk.sheet('Payments')).toMatchObject([{ Payer: 'Jane Doe', Decision: 'suggested' }]);
  });

  test('has the reference and the payer where it says so, whatever stands beside them', async () => {
    await desk.write(
      'list.csv',
      'Date,House No,Tenant,Reference,Payer,Amount\n12/01/2026,B7,Ali,ADM1041,JANE DOE,24500\n',
    );
    await desk.run('inv.csv', 'list.csv');
    expect(await desk.sheet('Payments')).toMatchObject([{ Payer: 'JANE DOE', 'Typed or told': 'ADM1041' }]);
  });
});

describe('columns that are not used', () => {
  test('are told once for each table, and nothing fails for them', async () => {
    await desk.write(
      'extra.csv',
      'Invoice No,Customer,Hse Nr,Balance,Sales Rep\nINV-1,Jane Doe,B7,100,\nINV-2,Ali,B8,1,\n',
    );
    const ended = await desk.run('extra.csv', STATEMENT, '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain("columns not used: 'Hse Nr' of extra.csv\n");
    expect(summaryIn(ended)).toMatchObject({ rowsNotRead: 0, rowsReadInPart: 0, rowsSetAside: 4 });
    const rows = (await desk.sheet('Rows not read')).filter((row) => row['What happened'] === 'not used');
    expect(rows).toMatchObject([{ File: 'extra.csv', Line: 1, Value: 'Hse Nr' }]);
  });
});

test.each(['Ledger Balance', 'Running Balance (KES)', 'Book Balance', 'Available Balance', 'Cleared Balance'])(
  '%s of a bank is nothing that anybody misses',
  async (title) => {
    await desk.write('bank.csv', `Date,Details,Credit,${title}\n12/01/2026,ADM1041 JANE DOE,24500,99\n`);
    const ended = await desk.run('inv.csv', 'bank.csv');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).not.toContain('not used');
  },
);

test.each(['O/S', 'O/S Amount', 'O/S Balance'])('%s is what is owed', async (title) => {
  await desk.write('os.csv', `Invoice No,Customer,Amount,${title}\nINV-1,Jane Doe,1500,700\n`);
  await desk.run('os.csv', STATEMENT);
  expect(await desk.sheet('Invoices')).toMatchObject([{ Total: 1500, 'Balance before': 700 }]);
});

describe('the currency above the titles', () => {
  const TITLES = 'Invoice No,Customer,Amount,Currency';

  test.each(['Currency:,USD', 'Currency: USD', 'Account Currency,,usd', 'Sarafu:,USD'])('counts: %s', async (line) => {
    await desk.write('usd.csv', `Acme Ltd\n${line}\n\n${TITLES}\nINV-1,Jane Doe,100,\nINV-2,Ali Noor,200,KES\n`);
    await desk.write('pay.csv', `${line}\nReceipt,Date,Amount\nR1,12/01/2026,100\nR2,12/01/2026,KES 50\n`);
    await desk.run('usd.csv', 'pay.csv');
    expect((await desk.sheet('Invoices')).map(({ Currency }) => Currency)).toEqual(['USD', 'KES']);
    expect((await desk.sheet('Payments')).map(({ Currency }) => Currency)).toEqual(['USD', 'KES']);
  });

  test('is shillings where none is named, whatever else stands there', async () => {
    await desk.write('kes.csv', `Currency,\nCurrency:,net\n${TITLES}\nINV-1,Jane Doe,100,\n`);
    await desk.run('kes.csv', 'pay.csv');
    expect(await desk.sheet('Invoices')).toMatchObject([{ Currency: 'KES' }]);
  });
});
