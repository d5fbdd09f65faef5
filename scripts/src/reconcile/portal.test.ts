import { createSandbox } from '@malipo/provider-sandbox';
import { expect, test } from 'vitest';
import { INVOICES, openDesk } from './testing/desk.ts';
import { summaryIn } from './testing/run.ts';

const PAYBILL = {
  shortcode: '600999',
  kind: 'paybill',
  consumerKey: 'key',
  consumerSecret: 'secret',
  passkey: 'example-passkey',
  organisationName: 'JUA KALI ACADEMY',
  chargeCents: 550,
} as const;

test.each([{ totals: true }, { dates: 'yyyy-mm-dd', currency: true }] as const)(
  "reads what the provider's portal exports: %o",
  async (options) => {
    let time = Date.parse('2026-01-15T05:31:12Z');
    const sandbox = await createSandbox({ seed: 7, now: () => new Date(time), timings: { callbackDelayMs: 0 } });
    const desk = await openDesk();
    try {
      sandbox.mpesa.addShortcode(PAYBILL);
      const pay = async (amount: number, phone: string, name: string, reference: string): Promise<void> => {
        const [first = '', last = ''] = name.split(' ');
        await sandbox.mpesa.pay({ shortcode: '600999', amount, phone, names: { first, last }, reference });
        time += 60_000;
      };
      await pay(24_500, '0712345001', 'BRIAN OUMA', 'inv-2026-0101');
      await pay(9_500, '0712345004', 'MERCY ODHIAMBO', '0104');
      await pay(10, '0799999999', 'NOBODY KNOWN', 'a, "b" =1+1');
      await desk.write('portal.csv', sandbox.mpesa.portalCsv('600999', options));
      const ended = await desk.run(INVOICES, 'portal.csv', '--json');
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(summaryIn(ended)).toMatchObject({
        payments: 3,
        rowsSetAside: 3 + ('totals' in options ? 1 : 0),
        currencies: [{ received: { count: 3, cents: 3_401_000 }, applied: { count: 2, cents: 3_400_000 } }],
      });
      const rows = await desk.sheet('Payments');
      expect(rows[0]).toMatchObject({
        'Paid at': new Date('2026-01-15T08:31:12Z'),
        Payer: 'BRIAN OUMA',
        Invoices: 'INV-2026-0101',
      });
      expect(rows[2]).toMatchObject({ 'Typed or told': 'a, "b" =1+1', Applied: null });
    } finally {
      await sandbox.close();
      await desk.close();
    }
  },
);
