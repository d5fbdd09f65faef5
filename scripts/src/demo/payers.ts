import type { MpesaControl } from '@malipo/provider-sandbox';
import type { DemoBusiness } from './business.ts';

/** What a payer did, in a shop owner's words, and where it should end. */
export type Story = { what: string; receipt: string; expected: 'auto' | 'review' | 'unmatched'; deliveries?: number };

type Pay = { account: string; amount: number; reference?: string; names?: { first: string; last?: string } };

/** Lets everyone pay, in an order in which one thing doesn't hide another. */
export async function letThemPay(business: DemoBusiness, mpesa: MpesaControl): Promise<Story[]> {
  const { paybill, till, customers, invoices } = business;
  const number = (key: string) => invoices.get(key)?.number ?? '';
  const phone = (account: string) => customers.get(account)?.phone ?? '';
  const menu = async (
    { account, amount, reference, names }: Pay,
    deliver: { copies?: number; drop?: boolean } = {},
    shortcode = paybill,
  ) => {
    const paid = await mpesa.pay({
      shortcode,
      amount,
      phone: phone(account),
      deliver,
      ...(reference === undefined ? {} : { reference }),
      ...(names ? { names } : {}),
    });
    return paid.receipt;
  };
  const stories: Story[] = [];
  const tell = (what: string, receipt: string, expected: Story['expected'], deliveries = 1) =>
    void stories.push({ what, receipt, expected, deliveries });

  tell(
    'Paybill, reference typed exactly',
    await menu({
      account: 'ADM1002',
      amount: 21_000,
      reference: number('ADM1002 Term 1 fees'),
      names: { first: 'BRIAN', last: 'KIPROTICH' },
    }),
    'auto',
  );
  tell(
    'Paybill, reference typed badly',
    await menu({
      account: 'ADM1003',
      amount: 19_750,
      reference: garble(number('ADM1003 Term 1 fees')),
      names: { first: 'CATHERINE' },
    }),
    'auto',
  );
  tell(
    'Paybill, admission number in small letters',
    await menu({ account: 'ADM1009', amount: 15_900, reference: 'adm 1009', names: { first: 'ISAAC' } }),
    'auto',
  );
  tell(
    'Part payment',
    await menu({
      account: 'ADM1004',
      amount: 10_000,
      reference: number('ADM1004 Term 1 fees'),
      names: { first: 'DAUDI' },
    }),
    'auto',
  );
  tell(
    'Overpayment, the rest becomes credit',
    await menu({
      account: 'ADM1005',
      amount: 18_000,
      reference: number('ADM1005 Term 1 fees'),
      names: { first: 'ESTHER' },
    }),
    'auto',
  );
  tell(
    'One payment for two invoices',
    await menu({ account: 'ADM1006', amount: 22_600, reference: 'ADM1006', names: { first: 'FAITH', last: 'CHEBET' } }),
    'auto',
  );
  tell(
    'Till, no reference at all',
    await menu({ account: 'ADM1007', amount: 3_350, names: { first: 'GEOFFREY', last: 'BARASA' } }, {}, till),
    'auto',
  );
  tell(
    'Confirmation delivered three times',
    await menu(
      { account: 'ADM1008', amount: 22_100, reference: number('ADM1008 Term 1 fees'), names: { first: 'HALIMA' } },
      { copies: 3 },
    ),
    'auto',
    3,
  );
  tell(
    'Callback that never came, fetched',
    await menu(
      { account: 'ADM1010', amount: 20_450, reference: number('ADM1010 Term 1 fees'), names: { first: 'JOYCE' } },
      { drop: true },
    ),
    'auto',
  );
  const stranger = await mpesa.pay({
    shortcode: paybill,
    amount: 777,
    reference: 'KANISA',
    phone: '0799999999',
    names: { first: 'ZAKAYO' },
  });
  tell('Money that belongs to nobody', stranger.receipt, 'unmatched');
  stories.push(...(await prompts(business, mpesa)));
  return stories;
}

/** Two prompts on one invoice: the STK callback before its C2B twin, then the other way round. */
async function prompts(
  { api, invoices, customers, paybill, paybillChannelId }: DemoBusiness,
  mpesa: MpesaControl,
): Promise<Story[]> {
  const invoice = invoices.get('ADM1001 Term 1 fees');
  const phone = customers.get('ADM1001')?.phone ?? '';
  const stories: Story[] = [];
  for (const [c2b, amountCents, what] of [
    ['after', 1_000_000, 'STK push approved, its C2B twin afterwards'],
    ['before', 850_000, 'STK push approved, its C2B twin first'],
  ] as const) {
    mpesa.payer(phone).next({ stk: 'approve', c2b });
    const request = await api.post<{ id: string }>('/api/v1/payment-requests', {
      channelId: paybillChannelId,
      invoiceId: invoice?.id,
      phone,
      amountCents,
    });
    await mpesa.settled();
    const paid = mpesa.statement(paybill).find((line) => line.kind === 'stk' && line.amountCents === amountCents);
    if (!paid) throw new Error(`payment request ${request.id} was not paid`);
    stories.push({ what, receipt: paid.receipt, expected: 'auto', deliveries: 1 });
  }
  return stories;
}

/** `INV-2026-00003` as a hurried thumb types it: `inv 2O26 3`. */
const garble = (number: string): string =>
  number.toLowerCase().replace(/-/g, ' ').replace('20', '2O').replace(/ 0+/, ' ');
