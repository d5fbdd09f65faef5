import { symlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';
import { summaryIn } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.write(
    'inv.csv',
    'Invoice No,Customer,Phone,Invoice Date,Balance\nINV-1,Jane Doe,0712000001,01/07/2026,1500\nINV-2,Peter Okoth,0712000002,01/07/2026,2500\n',
  );
});
afterAll(() => desk?.close());

const BANK = 'Date,Description,Debit,Credit';
const OKOTH = '01/08/2026,RTGS Peter Okoth INV-2,,2500';

describe('statements that overlap', () => {
  test('the same file twice, under another path or as a copy, is refused', async () => {
    await desk.write('bank.csv', `${BANK}\n${OKOTH}\n`);
    await desk.write('copy.csv', `${BANK}\n${OKOTH}\n`);
    await symlink(desk.at('bank.csv'), desk.at('link.csv'));
    const twice = (name: string) => desk.run('inv.csv', 'bank.csv', '--payments', desk.at(name));
    expect(await twice('bank.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/names .*bank\.csv twice/),
    });
    expect(await twice('link.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/names .*link\.csv twice/),
    });
    const copied = await twice('copy.csv');
    expect(copied).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/copy\.csv holds exactly what .*bank\.csv/),
    });
    expect(copied.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('lines without a receipt count once, the second of one file as the second of the other', async () => {
    const cash = '02/08/2026,CASH DEPOSIT INV-1,,100';
    await desk.write('july.csv', `${BANK}\n${OKOTH}\n${cash}\n${cash}\n`);
    await desk.write(
      'august.csv',
      `${BANK},Balance\n${cash},1\n${cash},2\n${cash},3\n${OKOTH.replace('RTGS ', 'rtgs  ')},4\n`,
    );
    const ended = await desk.run('inv.csv', 'july.csv', '--payments', desk.at('august.csv'), '--json');
    expect(summaryIn(ended)).toMatchObject({
      currencies: [{ received: { count: 4, cents: 280_000 }, duplicates: { count: 3, cents: 270_000 } }],
    });
    const repeats = (await desk.sheet('Payments')).filter(({ Decision }) => Decision === 'duplicate');
    expect(repeats.map(({ Reason }) => Reason)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^the same day, amount and text as on line 2 of july\.csv; not counted again$/),
      ]),
    );
  });

  test("a bank's own reference is a receipt, whatever its text is the next time", async () => {
    const header = 'Date,Reference,Description,Debit,Credit';
    await desk.write('a.csv', `${header}\n01/08/2026,FT26213ABCDE,RTGS Peter Okoth INV-2,,2500\n`);
    await desk.write('b.csv', `${header}\n01/08/2026,FT26213ABCDE,RTGS INV-2,,2500\n`);
    const ended = await desk.run('inv.csv', 'a.csv', '--payments', desk.at('b.csv'), '--json');
    expect(summaryIn(ended)).toMatchObject({ currencies: [{ received: { count: 1 }, duplicates: { count: 1 } }] });
  });
});

test('a reversal of a part is told to a person in a plain sentence, and moves nothing', async () => {
  const header = 'Receipt,Date,Type,Amount,Reference,Linked Transaction ID';
  const rows = ['UH1AAAAA01,01/08/2026,payment,1500,INV-1,', 'UH1AAAAA08,02/08/2026,reversal,500,,UH1AAAAA01'];
  await desk.write('part.csv', [header, ...rows].join('\n'));
  await desk.run('inv.csv', 'part.csv');
  const [review] = await desk.sheet('For review');
  expect(review).toMatchObject({
    Decision: 'reversal',
    'What is unclear': 'reverses KES 500 of the KES 1,500 on line 2, which stays as it is; take KES 500 off by hand',
  });
  expect((await desk.sheet('Invoices'))[0]).toMatchObject({ 'Paid now': 1500, 'Balance after': 0 });
});

test('money that a bank took back is on no invoice, and a person is told where the bank does not say which it was', async () => {
  const rows = [
    '02/08/2026,RTGS Jane Doe INV-1,FT26214ABCDE,,1500',
    '02/08/2026,Cheque Peter Okoth INV-2,FT26214ABCDF,,2500',
    '04/08/2026,REV RTGS Jane Doe INV-1,FT26214ABCDE,1500,',
    '05/08/2026,UNPAID CHQ 000123 REFER TO DRAWER,,2500,',
  ];
  await desk.write('back.csv', ['Date,Narrative,Bank Reference,Debit,Credit', ...rows].join('\n'));
  await desk.run('inv.csv', 'back.csv');
  expect((await desk.sheet('Payments')).map((row) => row['Decision'])).toEqual([
    ...['taken back', 'applied'],
    ...['reversal', 'reversal'],
  ]);
  expect(await desk.sheet('For review')).toMatchObject([
    {
      Line: 5,
      'What is unclear': 'it does not say which payment it takes back; if that one was applied, take it off by hand',
    },
  ]);
  expect((await desk.sheet('Invoices')).map((row) => row['Balance after'])).toEqual([1500, 0]);
});
