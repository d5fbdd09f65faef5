import type { RawCustomer, RawInvoice, RawPayment } from '@malipo/scripts/recon-engine/records';
import { hashMsisdn } from '@malipo/values';
import type { Month, Truth } from './dataset.ts';
import { createRandom, type Random } from './random.ts';

/** How big a generated month is; all counts are totals over its businesses. */
export type Size = { seed: number; businesses: number; invoices: number; payments: number };

const FIRST =
  'Mary John Peter Grace Faith James Esther David Jane Paul Lucy Samuel Ann Joseph Mercy Daniel Rose Kevin Alice Brian'.split(
    ' ',
  );
const MIDDLE =
  'Wanjiku Otieno Mutiso Chebet Kiptoo Achieng Mwende Njeri Omondi Barasa Nekesa Kamau Muthoni Hassan Naserian'.split(
    ' ',
  );
const LAST =
  'Kamau Odhiambo Mwangi Kilonzo Rotich Wafula Kariuki Maina Cheruiyot Abdi Ochieng Njoroge Musyoka Simiyu Lekishon Were'.split(
    ' ',
  );
/** Formats that the benchmark's months do not have. */
const FORMATS = ['BILL/{s}/26', 'A{s}', '{s}-26', 'RCPT{s}', '2026{s}', 'KE-INV-{s}-B', 'SI{s}'];
const PRICES = [65_000, 120_000, 250_000, 340_000, 785_000, 1_250_000, 1_865_000];

/** Generates a month of other formats, masks and errors than the benchmark's, from a seed. */
export function generate(size: Size): Month {
  const random = createRandom(size.seed);
  const month: Month = {
    name: `generated ${size.invoices}`,
    tenants: [],
    customers: [],
    invoices: [],
    requests: [],
    history: [],
    payments: [],
    truth: [],
  };
  for (let b = 0; b < size.businesses; b++) {
    month.tenants.push({ id: `G${b}`, kind: 'generated' });
    addBusiness(month, random, `G${b}`, random.pick(FORMATS), Math.ceil(size.invoices / size.businesses));
  }
  addPayments(month, random, size.payments);
  return month;
}

/** Two open invoices a customer, as in the benchmark. */
function addBusiness(month: Month, random: Random, tenant: string, format: string, invoices: number): void {
  let customer: RawCustomer | undefined;
  for (let n = 0; n < invoices; n++) {
    if (n % 2 === 0 || !customer) {
      customer = newCustomer(random, tenant, n / 2);
      month.customers.push(customer);
    }
    month.invoices.push(newInvoice(random, tenant, customer.id, format, n));
  }
}

function newCustomer(random: Random, tenant: string, n: number): RawCustomer {
  return {
    id: `${tenant}-C${n}`,
    tenant_id: tenant,
    name: `${random.pick(FIRST)} ${random.pick(MIDDLE)} ${random.pick(LAST)}`,
    is_company: false,
    contact_name: random.chance(0.3) ? `${random.pick(FIRST)} ${random.pick(LAST)}` : null,
    phone: random.chance(0.93) ? `07${String(random.int(1e8)).padStart(8, '0')}` : null,
    account_no: `U${100_000 + n * 7}`,
  };
}

function newInvoice(random: Random, tenant: string, customer: string, format: string, n: number): RawInvoice {
  const amount = random.pick(PRICES) + (random.chance(0.5) ? random.int(400) * 500 : 0);
  return {
    id: `${tenant}-I${n}`,
    tenant_id: tenant,
    customer_id: customer,
    number: format.replace('{s}', String(10_000 + n * 3).padStart(6, '0')),
    issue_date: n % 2 === 0 ? '2026-07-01' : '2026-08-01',
    due_date: n % 2 === 0 ? '2026-07-10' : '2026-08-10',
    description: n % 2 === 0 ? 'Supply July 2026' : 'Supply August 2026',
    currency: 'KES',
    amount_cents: amount,
    balance_cents: amount,
  };
}

const SHARE_UNRELATED = 0.06;
const MINUTE_MS = 60_000;

function addPayments(month: Month, random: Random, wanted: number): void {
  const paid = new Set<string>();
  const open = [...month.invoices.keys()];
  const start = Date.parse('2026-09-01T06:00:00+03:00');
  const customers = new Map(month.customers.map((customer) => [customer.id, customer]));
  const firstOf = new Map<string, RawInvoice[]>();
  for (const invoice of month.invoices)
    firstOf.set(invoice.customer_id, [...(firstOf.get(invoice.customer_id) ?? []), invoice]);
  for (let n = 0; n < wanted; n++) {
    const invoice = draw(month, random, open, paid);
    const customer = invoice && customers.get(invoice.customer_id);
    if (!invoice || !customer) continue;
    const at = new Date(start + n * MINUTE_MS * 10).toISOString();
    const stranger = random.chance(SHARE_UNRELATED);
    const payment = newPayment(random, invoice, customer, n, at, stranger);
    if (!stranger) paid.add(invoice.customer_id);
    month.payments.push(payment.raw);
    const oldest =
      firstOf.get(invoice.customer_id)?.find((one) => one.balance_cents === invoice.balance_cents) ?? invoice;
    month.truth.push(answer(payment.raw, stranger ? null : payment.named ? invoice : oldest));
  }
}

/** An open invoice of a customer who has not paid yet, as long as there are enough of them. */
function draw(
  month: Month,
  random: Random,
  open: readonly number[],
  paid: ReadonlySet<string>,
): RawInvoice | undefined {
  for (let trial = 0; trial < 20; trial++) {
    const invoice = month.invoices[open[random.int(open.length)] ?? 0];
    if (invoice && !paid.has(invoice.customer_id)) return invoice;
  }
  return undefined;
}

const answer = (raw: RawPayment, invoice: RawInvoice | null): Truth => ({
  payment_id: raw.id,
  class: invoice ? 'generated' : 'unrelated',
  tags: [],
  expected: invoice ? 'apply' : 'unmatched',
  identifiable: true,
  ambiguous: false,
  customer_id: invoice?.customer_id ?? null,
  rule: invoice ? 'generated' : 'none',
  allocations: invoice ? [{ invoice: invoice.id, amount_cents: raw.amount_cents }] : [],
});

function newPayment(
  random: Random,
  invoice: RawInvoice,
  customer: RawCustomer,
  n: number,
  at: string,
  stranger: boolean,
) {
  const phone = `254${stranger || customer.phone === null ? `7${String(random.int(1e8)).padStart(8, '0')}` : customer.phone.slice(1)}`;
  const names = (stranger ? `${random.pick(FIRST)} ${random.pick(MIDDLE)} ${random.pick(LAST)}` : customer.name)
    .toUpperCase()
    .split(' ');
  const typed = stranger
    ? { text: random.pick(['chama', 'KPLC', 'mchango', '', 'tithe']), named: false }
    : reference(random, invoice, customer);
  const firstOnly = random.chance(0.5);
  const raw: RawPayment = {
    id: `GP${n}`,
    tenant_id: invoice.tenant_id,
    channel: 'mpesa_c2b',
    type: 'payment',
    trans_id: `UG${String(n).padStart(8, '0')}`,
    trans_time: at,
    received_at: at,
    amount_cents: invoice.balance_cents,
    currency: 'KES',
    reference: typed.text.slice(0, 20),
    narrative: null,
    msisdn: mask(random, phone),
    payer_first: names[0] ?? null,
    payer_middle: firstOnly ? null : (names[1] ?? null),
    payer_last: firstOnly ? null : (names[2] ?? null),
    checkout_request_id: null,
    reverses_trans_id: null,
  };
  return { raw, named: typed.named };
}

/** Masks that the benchmark's months do not have come first. */
function mask(random: Random, phone: string): string {
  const form = random.int(5);
  if (form === 0) return `${phone.slice(0, 5)}****${phone.slice(-3)}`;
  if (form === 1) return `${phone.slice(0, 4)}****${phone.slice(-4)}`;
  if (form === 2) return hashMsisdn(phone);
  return phone;
}

function reference(random: Random, invoice: RawInvoice, customer: RawCustomer): { text: string; named: boolean } {
  const roll = random.next();
  if (roll < 0.3) return { text: invoice.number, named: true };
  if (roll < 0.45) return { text: invoice.number.toLowerCase().replace(/[-/]/g, ' '), named: true };
  if (roll < 0.55) return { text: swapDigits(random, invoice.number), named: false };
  if (roll < 0.7) return { text: customer.account_no ?? '', named: false };
  if (roll < 0.8) return { text: customer.name, named: false };
  return { text: random.pick(['payment', 'deni', '', 'malipo', '.']), named: false };
}

function swapDigits(random: Random, number: string): string {
  const at = number.search(/\d/) + random.int(4);
  return number.slice(0, at) + (number[at + 1] ?? '') + (number[at] ?? '') + number.slice(at + 2);
}
