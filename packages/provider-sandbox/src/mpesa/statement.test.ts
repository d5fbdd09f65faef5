import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { createClock, PAYBILL, registerUrls, startSandbox, TILL } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

const clock = createClock();
let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  clock.set('2026-01-15T05:31:12Z');
  receiver = await startReceiver();
  sandbox = await startSandbox({ now: clock.now });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const jane = { shortcode: '600999', amount: 1500, phone: '0700000001', names: { first: 'JANE', last: 'DOE' } };

it('says what was really received, told or not', async () => {
  await registerUrls(sandbox, receiver);
  const { receipt } = await sandbox.mpesa.pay({ ...jane, reference: 'INV0042', deliver: { drop: true } });
  expect(sandbox.mpesa.statement('600999')).toMatchObject([
    {
      receipt,
      amountCents: 150_000,
      reference: 'INV0042',
      phone: '254700000001',
      names: { first: 'JANE', last: 'DOE' },
      completedAt: new Date('2026-01-15T05:31:12Z'),
      kind: 'c2b',
      balanceCents: 9_150_000,
      deliveries: [{ status: 'dropped', kind: 'confirmation' }],
    },
  ]);
});

it('exports as the organisation portal does', async () => {
  const { receipt } = await sandbox.mpesa.pay({ ...jane, reference: 'INV0042' });
  clock.forward(1_000);
  const second = await sandbox.mpesa.pay({ ...jane, amount: 7, reference: 'a, "b"' });
  const lines = sandbox.mpesa.portalCsv('600999').split('\r\n');
  expect(lines.slice(0, 2)).toEqual(['Organization Name:,ACME LTD', 'Short Code:,600999']);
  expect(lines[6]).toBe(
    'Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.',
  );
  expect(lines[7]).toContain(`${second.receipt},15-01-2026 08:31:13,15-01-2026 08:31:13,`);
  expect(lines[7]).toContain(',"a, ""b"""');
  expect(lines[8]).toBe(
    `${receipt},15-01-2026 08:31:12,15-01-2026 08:31:12,Pay Bill from 2547****001 - JANE DOE Acc. INV0042,Completed,"1,500.00",,"91,500.00",true,Pay Bill Online,2547****001 - JANE DOE,,INV0042`,
  );
});

it('exports charges under the receipt of their payment, and totals', async () => {
  sandbox.mpesa.addShortcode({ ...PAYBILL, chargeCents: 550 });
  const { receipt } = await sandbox.mpesa.pay({ ...jane, reference: 'INV0042' });
  const [charge, payment, totals] = sandbox.mpesa
    .portalCsv('600999', { totals: true, dates: 'yyyy-mm-dd' })
    .split('\r\n')
    .slice(7);
  expect(charge).toContain(
    `${receipt},2026-01-15 08:31:12,2026-01-15 08:31:12,Pay Bill Charge,Completed,,-5.50,"91,494.50"`,
  );
  expect(payment).toContain('"91,500.00"');
  expect(totals).toContain('Total,,,,,"1,500.00",0.00');
  expect(sandbox.mpesa.balanceCents('600999')).toBe(9_149_450);
});

it('names tills and businesses in their own words', async () => {
  sandbox.mpesa.addShortcode(TILL);
  await sandbox.mpesa.pay({ ...jane, shortcode: '555111' });
  expect(sandbox.mpesa.portalCsv('555111')).toContain('Merchant Payment from 2547****001 - JANE DOE');
  await sandbox.mpesa.pay({
    shortcode: '600999',
    amountCents: 101,
    transactionType: 'Organization To Organization Transfer',
    names: { first: '600111 - COMPANY' },
  });
  expect(sandbox.mpesa.portalCsv('600999')).toContain(',1.01,,"90,001.01",true,Organization To Organization Transfer,');
});

it('exports a period', async () => {
  await sandbox.mpesa.pay({ ...jane, reference: 'EARLY' });
  clock.forward(86_400_000);
  await sandbox.mpesa.pay({ ...jane, reference: 'LATE' });
  const csv = sandbox.mpesa.portalCsv('600999', { from: new Date('2026-01-16T00:00:00Z') });
  expect(csv).toContain('LATE');
  expect(csv).not.toContain('EARLY');
});
