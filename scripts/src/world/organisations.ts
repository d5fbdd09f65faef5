import { type Api, createApi } from '../client/api.ts';

/** An invoice that waits for its payment, with what its payer would type and show. */
export type OpenInvoice = {
  id: string;
  number: string;
  totalCents: number;
  customerId: string;
  phone: string;
  firstName: string;
};

/** An organisation as benchmarks and the kill harness need it. */
export type Tenant = {
  api: Api;
  organisationId: string;
  shortcode: string;
  channelId: string;
  callbackUrls: Record<string, string>;
  invoices: OpenInvoice[];
};

export type TenantPlan = { shortcode: string; invoices: number; run: string; index: number; credentials?: Credentials };

export type Credentials = { consumerKey: string; consumerSecret: string; passkey: string };

const NAMES = [
  'ACHIENG',
  'BARASA',
  'CHEBET',
  'DAUDI',
  'ESTHER',
  'FATUMA',
  'GITAU',
  'HALIMA',
  'IRUNGU',
  'JEPTOO',
  'KAMAU',
  'LILIAN',
  'MUTISO',
  'NASERIAN',
  'OTIENO',
  'PHYLIS',
];
const ROWS = 500;

/** Registers an organisation with a paybill of the sandbox and issued invoices, one customer each, in few requests. */
export async function openTenant(url: string, plan: TenantPlan): Promise<Tenant> {
  const { run, index, shortcode } = plan;
  const email = `owner-${run}-${index}@tenant.example`;
  const { accessToken, organisation } = await createApi(url).post<{
    accessToken: string;
    organisation: { id: string };
  }>('/api/v1/auth/register', {
    organisationName: `Tenant ${run} ${index}`,
    name: 'Owner',
    email,
    password: `Tenant-${run}-${index}-pass`,
  });
  const api = createApi(url, accessToken);
  const channel = await api.post<{ id: string; callbackUrls: Record<string, string> }>('/api/v1/payment-channels', {
    rail: 'mpesa',
    kind: 'paybill',
    shortcode,
    name: 'Paybill',
    mode: 'test',
    credentials: plan.credentials ?? credentialsOf(shortcode),
  });
  const invoices: OpenInvoice[] = [];
  for (let from = 0; from < plan.invoices; from += ROWS) {
    invoices.push(...(await issue(api, index, from, Math.min(ROWS, plan.invoices - from))));
  }
  return {
    api,
    organisationId: organisation.id,
    shortcode,
    channelId: channel.id,
    callbackUrls: channel.callbackUrls,
    invoices,
  };
}

export const credentialsOf = (shortcode: string): Credentials => ({
  consumerKey: `key-${shortcode}`,
  consumerSecret: `secret-${shortcode}`,
  passkey: `passkey-${shortcode}`,
});

async function issue(api: Api, tenant: number, from: number, count: number): Promise<OpenInvoice[]> {
  const numbers = Array.from({ length: count }, (_, offset) => from + offset);
  const people = numbers.map((n) => ({
    name: `${NAMES[n % NAMES.length]} ${NAMES[(n * 7 + 3) % NAMES.length]} ${n}`,
    phone: phoneOf(tenant, n),
    accountNumber: `ACC${n}`,
  }));
  const customers = await api.post<{ results: { id: string }[] }>('/api/v1/customers/bulk', { rows: people });
  const dueDate = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
  const bills = numbers.map((n, row) => ({
    customerId: customers.results[row]?.id,
    number: `INV-${String(n + 1).padStart(6, '0')}`,
    currency: 'KES',
    dueDate,
    lines: [{ description: 'Monthly bill', quantity: 1, unitPriceCents: amountOf(n) }],
  }));
  const invoices = await api.post<{ results: { id: string }[] }>('/api/v1/invoices/bulk', { rows: bills, issue: true });
  return bills.map((bill, row) => ({
    id: invoices.results[row]?.id ?? '',
    number: bill.number,
    totalCents: amountOf(from + row),
    customerId: bill.customerId ?? '',
    phone: people[row]?.phone ?? '',
    firstName: people[row]?.name.split(' ')[0] ?? '',
  }));
}

/** Whole shillings between 500 and 20,499. */
const amountOf = (n: number): number => (500 + ((n * 7_919) % 20_000)) * 100;

const phoneOf = (tenant: number, n: number): string =>
  `2547${String((tenant * 100_003 + n) % 100_000_000).padStart(8, '0')}`;
