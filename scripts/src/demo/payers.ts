import type { MpesaControl, PaymentInput } from '@malipo/provider-sandbox';
import type { DemoBusiness } from './business.ts';

/** What a payer did, in a shop owner's words, and where it should end. */
export type Story = { what: string; receipt: string; expected: 'auto' | 'review' | 'unmatched'; deliveries?: number };

type MenuPayment = {
  what: string;
  account: string;
  /** In shillings. */
  amount: number;
  names: { first: string; last?: string };
  /** Whose number is typed: what the invoice is for. */
  invoice?: string;
  /** The number is typed as by a hurried thumb. */
  isGarbled?: boolean;
  /** What is typed instead. */
  reference?: string;
  isAtTill?: boolean;
  deliver?: { copies?: number; drop?: boolean };
};

/** Who pays from the menu of a phone, in an order in which one thing doesn't hide another. */
const MENU: readonly MenuPayment[] = [
  {
    what: 'Paybill, reference typed exactly',
    account: 'ADM1002',
    amount: 21_000,
    names: { first: 'BRIAN', last: 'KIPROTICH' },
    invoice: 'Term 1 fees',
  },
  {
    what: 'Paybill, reference typed badly',
    account: 'ADM1003',
    amount: 19_750,
    names: { first: 'CATHERINE' },
    invoice: 'Term 1 fees',
    isGarbled: true,
  },
  {
    what: 'Paybill, admission number in small letters',
    account: 'ADM1009',
    amount: 15_900,
    names: { first: 'ISAAC' },
    reference: 'adm 1009',
  },
  { what: 'Part payment', account: 'ADM1004', amount: 10_000, names: { first: 'DAUDI' }, invoice: 'Term 1 fees' },
  {
    what: 'Overpayment, the rest becomes credit',
    account: 'ADM1005',
    amount: 18_000,
    names: { first: 'ESTHER' },
    invoice: 'Term 1 fees',
  },
  {
    what: 'One payment for two invoices',
    account: 'ADM1006',
    amount: 22_600,
    names: { first: 'FAITH', last: 'CHEBET' },
    reference: 'ADM1006',
  },
  {
    what: 'Till, no reference at all',
    account: 'ADM1007',
    amount: 3_350,
    names: { first: 'GEOFFREY', last: 'BARASA' },
    isAtTill: true,
  },
  {
    what: 'Confirmation delivered three times',
    account: 'ADM1008',
    amount: 22_100,
    names: { first: 'HALIMA' },
    invoice: 'Term 1 fees',
    deliver: { copies: 3 },
  },
  {
    what: 'Callback that never came, fetched',
    account: 'ADM1010',
    amount: 20_450,
    names: { first: 'JOYCE' },
    invoice: 'Term 1 fees',
    deliver: { drop: true },
  },
];

/** Lets everyone pay: from the menu, a stranger, and by prompts. */
export async function letThemPay(business: DemoBusiness, mpesa: MpesaControl): Promise<Story[]> {
  const stories: Story[] = [];
  for (const payment of MENU) {
    const { receipt } = await mpesa.pay(toInput(business, payment));
    stories.push({ what: payment.what, receipt, expected: 'auto', deliveries: payment.deliver?.copies ?? 1 });
  }
  const stranger = await mpesa.pay({
    shortcode: business.paybill,
    amount: 777,
    reference: 'KANISA',
    phone: '0799999999',
    names: { first: 'ZAKAYO' },
  });
  stories.push({ what: 'Money that belongs to nobody', receipt: stranger.receipt, expected: 'unmatched' });
  return [...stories, ...(await prompts(business, mpesa))];
}

function toInput({ paybill, till, customers, invoices }: DemoBusiness, payment: MenuPayment): PaymentInput {
  const { account, amount, names, invoice, isGarbled, isAtTill, deliver = {} } = payment;
  const number = invoice && invoices.get(`${account} ${invoice}`)?.number;
  const reference = number && isGarbled ? garble(number) : (number ?? payment.reference);
  const phone = customers.get(account)?.phone;
  return { shortcode: isAtTill ? till : paybill, amount, phone, names, reference, deliver };
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
