import type { Api } from '../client/api.ts';

export type DemoBusiness = {
  api: Api;
  /** Who may log in. */
  owner: { email: string; password: string };
  organisationId: string;
  paybill: string;
  paybillChannelId: string;
  till: string;
  customers: Map<string, { id: string; phone: string }>;
  invoices: Map<string, { id: string; number: string; totalCents: number }>;
};

type Credentials = { consumerKey: string; consumerSecret: string; passkey: string };
type AddShortcode = (
  shortcode: { shortcode: string; kind: 'paybill' | 'till'; storeNumber?: string } & Credentials,
) => void;

const CUSTOMERS = [
  { name: 'Achieng Odhiambo', phone: '0712000001', accountNumber: 'ADM1001' },
  { name: 'Brian Kiprotich', phone: '0712000002', accountNumber: 'ADM1002' },
  { name: 'Catherine Wambui', phone: '0712000003', accountNumber: 'ADM1003' },
  { name: 'Daudi Mwangi', phone: '0712000004', accountNumber: 'ADM1004' },
  { name: 'Esther Naserian', phone: '0712000005', accountNumber: 'ADM1005' },
  { name: 'Faith Chebet', phone: '0712000006', accountNumber: 'ADM1006' },
  { name: 'Geoffrey Barasa', phone: '0712000007', accountNumber: 'ADM1007' },
  { name: 'Halima Abdi', phone: '0712000008', accountNumber: 'ADM1008' },
  { name: 'Isaac Mutiso', phone: '0712000009', accountNumber: 'ADM1009' },
  { name: 'Joyce Kerubo', phone: '0712000010', accountNumber: 'ADM1010' },
] as const;

/** Whose invoice is over how many shillings, and what for. */
const INVOICES = [
  ['ADM1001', 'Term 1 fees', 18_500],
  ['ADM1002', 'Term 1 fees', 21_000],
  ['ADM1003', 'Term 1 fees', 19_750],
  ['ADM1004', 'Term 1 fees', 24_000],
  ['ADM1005', 'Term 1 fees', 17_300],
  ['ADM1006', 'Term 1 fees', 16_400],
  ['ADM1006', 'School transport', 6_200],
  ['ADM1007', 'Swimming club', 3_350],
  ['ADM1008', 'Term 1 fees', 22_100],
  ['ADM1009', 'Term 1 fees', 15_900],
  ['ADM1010', 'Term 1 fees', 20_450],
] as const;

/** Seeds one business with customers, issued invoices, a paybill and a till of the sandbox. */
export async function openBusiness(api: Api, addShortcode: AddShortcode, run: string): Promise<DemoBusiness> {
  const owner = { email: `wanjiru.${run}@jabali.example`, password: `Jabali-${run}-2026!` };
  const registered = await api.post<{ accessToken: string; organisation: { id: string } }>('/api/v1/auth/register', {
    organisationName: 'Jabali Academy',
    name: 'Wanjiru Kamau',
    ...owner,
  });
  const signedIn = api.withToken(registered.accessToken);
  const customers = new Map<string, { id: string; phone: string }>();
  for (const customer of CUSTOMERS) {
    const { id } = await signedIn.post<{ id: string }>('/api/v1/customers', customer);
    customers.set(customer.accountNumber, { id, phone: customer.phone });
  }
  const invoices = await issueInvoices(signedIn, customers);
  const [paybill, till] = shortcodes(run);
  const paybillChannelId = await openChannel(signedIn, addShortcode, {
    kind: 'paybill',
    shortcode: paybill,
    name: 'Jabali fees paybill',
  });
  await openChannel(signedIn, addShortcode, { kind: 'till', shortcode: till, name: 'Jabali canteen till' });
  return {
    api: signedIn,
    owner,
    organisationId: registered.organisation.id,
    paybill,
    paybillChannelId,
    till,
    customers,
    invoices,
  };
}

/** Six digits of this run, so that demos on one stack don't share a short code. */
const shortcodes = (run: string): [string, string] => {
  const five = String(Number.parseInt(run, 36) % 100_000).padStart(5, '0');
  return [`6${five}`, `5${five}`];
};

async function issueInvoices(
  api: Api,
  customers: ReadonlyMap<string, { id: string }>,
): Promise<DemoBusiness['invoices']> {
  const invoices: DemoBusiness['invoices'] = new Map();
  const dueDate = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
  for (const [account, description, shillings] of INVOICES) {
    const customerId = customers.get(account)?.id;
    const draft = await api.post<{ id: string }>('/api/v1/invoices', {
      customerId,
      currency: 'KES',
      dueDate,
      lines: [{ description, quantity: 1, unitPriceCents: shillings * 100 }],
    });
    const issued = await api.post<{ id: string; number: string; totalCents: number }>(
      `/api/v1/invoices/${draft.id}/issue`,
    );
    invoices.set(`${account} ${description}`, issued);
  }
  return invoices;
}

async function openChannel(
  api: Api,
  addShortcode: AddShortcode,
  channel: { kind: 'paybill' | 'till'; shortcode: string; name: string },
): Promise<string> {
  const credentials = {
    consumerKey: `key-${channel.shortcode}`,
    consumerSecret: `secret-${channel.shortcode}`,
    passkey: `passkey-${channel.shortcode}`,
  };
  const storeNumber = channel.kind === 'till' ? { storeNumber: `4${channel.shortcode.slice(1)}` } : {};
  addShortcode({ ...channel, ...credentials, ...storeNumber });
  const { id } = await api.post<{ id: string }>('/api/v1/payment-channels', {
    rail: 'mpesa',
    mode: 'test',
    ...channel,
    ...storeNumber,
    credentials,
  });
  await api.post(`/api/v1/payment-channels/${id}/register-urls`, { pullNumber: '0712000000' });
  return id;
}
