import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  const rows = ['INV-1,Brian Ouma,ADM1041,24500', 'INV-2,Faith Ouma,ADM1042,18300', 'INV-3,Ali Noor,ADM1043,700'];
  await desk.write('inv.csv', `Invoice No,Student,Adm No,Balance\n${rows.join('\n')}\n`);
});
afterAll(() => desk?.close());

const countsOf = async (...files: string[]) => {
  const [first = '', ...more] = files;
  const also = more.flatMap((file) => ['--payments', desk.at(file)]);
  const ended = await desk.run('inv.csv', first, ...also);
  const rows = await desk.sheet('Payments');
  const duplicates = rows.filter(({ Decision }) => Decision === 'duplicate').length;
  const [, forReview] = /(\d+) for a person/.exec(ended.stdout) ?? [];
  return { received: rows.length - duplicates, duplicates, forReview: Number(forReview) };
};

const BOOK = 'Receipt No,Date,Account,Payer,Amount';
const BRIAN = 'RCT-77,12/01/2026,ADM1041,Rose Ouma,24500';
const FAITH = 'RCT-77,12/01/2026,ADM1042,Rose Ouma,18300';

describe("a receipt of the business's own book", () => {
  test('may be for two children: both are paid', async () => {
    await desk.write('book.csv', [BOOK, BRIAN, FAITH].join('\n'));
    expect(await countsOf('book.csv')).toEqual({ received: 2, duplicates: 0, forReview: 0 });
    expect((await desk.sheet('Invoices')).map((row) => [row['Paid now'], row['Paid by']])).toEqual([
      [24_500, 'RCT-77'],
      [18_300, 'RCT-77'],
      [0, ''],
    ]);
  });

  test('may be for two payers', async () => {
    await desk.write('payers.csv', [BOOK, 'R1,12/01/2026,,Brian Ouma,24500', 'R1,12/01/2026,,Ali Noor,700'].join('\n'));
    expect(await countsOf('payers.csv')).toMatchObject({ received: 2, duplicates: 0 });
  });

  test('counts once where account and payer are the same, however they are written', async () => {
    const again = 'rct-77,12/01/2026,adm 1041,R. OUMA,24500';
    await desk.write('again.csv', [BOOK, BRIAN, again, BRIAN].join('\n'));
    expect(await countsOf('again.csv')).toEqual({ received: 1, duplicates: 2, forReview: 1 });
  });

  test('counts once in two files that tell of it, and goes to a person where they differ', async () => {
    await desk.write('book.csv', [BOOK, BRIAN, FAITH].join('\n'));
    await desk.write('same.csv', [`${BOOK},Note`, `${BRIAN},x`, `${FAITH},x`].join('\n'));
    expect(await countsOf('book.csv', 'same.csv')).toEqual({ received: 2, duplicates: 2, forReview: 0 });
    await desk.write('other.csv', [BOOK, BRIAN.replace('ADM1041', 'ADM1043')].join('\n'));
    expect(await countsOf('book.csv', 'other.csv')).toEqual({ received: 2, duplicates: 1, forReview: 1 });
    const [review] = await desk.sheet('For review');
    expect(review).toMatchObject({
      Decision: 'duplicate',
      'What is unclear': expect.stringMatching(
        /^the same receipt as on line 2 of book\.csv; .* it is for 'ADM1041', by Rose Ouma: /,
      ),
    });
  });
});

describe('a receipt of M-Pesa', () => {
  const again = (account: string, payer: string) => [
    BOOK,
    'UAC6V8B2N4,12/01/2026,ADM1041,ROSE OUMA,24500',
    `UAC6V8B2N4,12/01/2026,${account},${payer},24500`,
  ];

  test('counts once whatever stands beside it, and goes to a person where that contradicts', async () => {
    await desk.write('mpesa.csv', again('ADM1042', 'ROSE OUMA').join('\n'));
    expect(await countsOf('mpesa.csv')).toEqual({ received: 1, duplicates: 1, forReview: 1 });
    await desk.write('mpesa.csv', again('ADM1041', 'ALI NOOR').join('\n'));
    expect(await countsOf('mpesa.csv')).toEqual({ received: 1, duplicates: 1, forReview: 1 });
  });

  test('is no contradiction where a statement tells less of it', async () => {
    await desk.write('mpesa.csv', again('adm 1041', 'ROSE A. OUMA').join('\n'));
    expect(await countsOf('mpesa.csv')).toEqual({ received: 1, duplicates: 1, forReview: 0 });
    await desk.write('mpesa.csv', again('', 'ROSE').join('\n'));
    expect(await countsOf('mpesa.csv')).toEqual({ received: 1, duplicates: 1, forReview: 0 });
  });

  test("is known in a bank's text and in a reversal's, in small letters as well", async () => {
    const line = 'UAC6V8B2N4,12/01/2026 07:14,ADM1041,ROSE OUMA,24500';
    await desk.write('mpesa.csv', [BOOK, line].join('\n'));
    await desk.write('bank.csv', 'Date,Description,Credit\n12/01/2026,Mpesa uac6v8b2n4 rose ouma,24500\n');
    expect(await countsOf('mpesa.csv', 'bank.csv')).toEqual({ received: 1, duplicates: 1, forReview: 0 });
    expect((await desk.sheet('Payments'))[1]).toMatchObject({ 'Typed or told': 'Mpesa uac6v8b2n4 rose ouma' });
    const back = 'UAC9V8B2N4,13/01/2026 09:00,-24500,Reversal of uac6v8b2n4';
    await desk.write('back.csv', `Receipt No,Date,Amount,Details\nUAC6V8B2N4,12/01/2026 07:14,24500,x\n${back}\n`);
    await desk.run('inv.csv', 'back.csv');
    expect((await desk.sheet('Payments')).map(({ Decision }) => Decision)).toEqual(['taken back', 'reversal']);
  });
});
