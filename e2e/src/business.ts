import type { CustomerView, InvoiceView, MatchView, PaymentView } from '@malipo/api-contracts';
import type { PaymentInput, PaymentOutcome } from '@malipo/provider-sandbox';
import type { Api } from '@malipo/scripts/client/api';
import { eatDay } from '@malipo/values';
import type { z } from 'zod';
import type { TestPlatform } from './platform.ts';

export type Payment = z.infer<typeof PaymentView>;

/** A customer with one issued invoice. */
export type Bill = { customerId: string; phone: string; name: string; id: string; number: string; cents: number };

export type Business = {
  api: Api;
  token: string;
  refreshToken: string;
  organisationId: string;
  email: string;
  shortcode: string;
  channelId: string;
  callbackUrls: Record<'validation' | 'confirmation' | 'stk' | 'result' | 'timeout' | 'pull', string>;
  /** A new customer who owes so many shillings. */
  bill(shillings: number): Promise<Bill>;
  /** Somebody pays from the M-Pesa menu; resolves after the callbacks are answered. */
  pay(input: Omit<PaymentInput, 'shortcode'>): Promise<PaymentOutcome>;
  /** A bill's own customer pays so many cents of it, by its number. */
  payBill(bill: Bill, amountCents?: number, deliver?: PaymentInput['deliver']): Promise<PaymentOutcome>;
  /** The payments with this receipt. */
  payments(receipt: string): Promise<Payment[]>;
  invoice(id: string): Promise<InvoiceView>;
  match(id: string): Promise<MatchView>;
};

type Registered = { accessToken: string; refreshToken: string; organisation: { id: string } };

let opened = 0;

/** Registers a business through the gateway and opens a paybill of the sandbox whose lost payments are fetched. */
export async function openBusiness(platform: TestPlatform, name: string): Promise<Business> {
  const number = ++opened;
  const email = `owner${number}@${name.toLowerCase().replaceAll(/\W/g, '')}.example`;
  const { accessToken, refreshToken, organisation } = await platform.api.post<Registered>('/api/v1/auth/register', {
    organisationName: name,
    name: `${name} Owner`,
    email,
    password: `${name} is 1 secret`,
  });
  const api = platform.api.withToken(accessToken);
  const shortcode = String(600_000 + number);
  const channel = await api.post<{ id: string; callbackUrls: Business['callbackUrls'] }>('/api/v1/payment-channels', {
    rail: 'mpesa',
    kind: 'paybill',
    shortcode,
    name: `${name} paybill`,
    mode: 'test',
  });
  await api.post(`/api/v1/payment-channels/${channel.id}/register-urls`, { pullNumber: '0712000000' });
  const pay: Business['pay'] = (input) => platform.sandbox.mpesa.pay({ shortcode, ...input });
  return {
    api,
    token: accessToken,
    refreshToken,
    organisationId: organisation.id,
    email,
    shortcode,
    channelId: channel.id,
    callbackUrls: channel.callbackUrls,
    bill: biller(api, number),
    pay,
    payBill: (bill, amountCents = bill.cents, deliver = {}) =>
      pay({ amountCents, reference: bill.number, phone: bill.phone, names: namesOf(bill), deliver }),
    payments: async (receipt) => (await api.get<{ data: Payment[] }>(`/api/v1/payments?transactionId=${receipt}`)).data,
    invoice: (id) => api.get(`/api/v1/invoices/${id}`),
    match: (id) => api.get(`/api/v1/reconciliation/matches/${id}`),
  };
}

/** As M-Pesa writes them. */
export function namesOf(bill: Bill): { first: string; last: string } {
  const [first = '', last = ''] = bill.name.toUpperCase().split(' ');
  return { first, last };
}

const FIRST = ['Achieng', 'Barasa', 'Chebet', 'Daudi', 'Esther', 'Fatuma', 'Gitau', 'Halima', 'Irungu', 'Jeptoo'];
const LAST = ['Odhiambo', 'Kiprotich', 'Wambui', 'Mwangi', 'Naserian', 'Mutiso', 'Kerubo'];

function biller(api: Api, business: number) {
  let billed = 0;
  return async (shillings: number): Promise<Bill> => {
    const n = ++billed;
    const name = `${FIRST[n % FIRST.length]} ${LAST[n % LAST.length]}`;
    const phone = `2547${String(business * 10_000 + n).padStart(8, '0')}`;
    const customer = await api.post<CustomerView>('/api/v1/customers', {
      name,
      phone,
      accountNumber: `ADM${business}${String(n).padStart(3, '0')}`,
    });
    const draft = await api.post<InvoiceView>('/api/v1/invoices', {
      customerId: customer.id,
      dueDate: eatDay(new Date(Date.now() + 14 * 86_400_000)),
      lines: [{ description: 'Fees', quantity: 1, unitPriceCents: shillings * 100 }],
    });
    const { id, number, totalCents } = await api.post<InvoiceView>(`/api/v1/invoices/${draft.id}/issue`);
    return { customerId: customer.id, phone, name, id, number, cents: totalCents };
  };
}
