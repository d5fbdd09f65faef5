import { apply } from '../apply.ts';
import { decide } from '../decide.ts';
import { createState, type State } from '../state.ts';
import type { CustomerFact, Fact, InvoiceFact, PaymentFact } from '../types.ts';

/** Builders for the tests of this package: one small business, told as facts. */
export const customer = (customerId: string, name: string, over: Partial<CustomerFact> = {}): Fact => ({
  type: 'customer-saved',
  customer: { customerId, name, isCompany: false, phones: [], accountNumbers: [], contacts: [], ...over },
});

export const invoice = (
  invoiceId: string,
  customerId: string,
  number: string,
  cents: number,
  over: Partial<InvoiceFact> = {},
): Fact => ({
  type: 'invoice-saved',
  invoice: {
    invoiceId,
    customerId,
    number,
    description: 'Rent August 2026',
    issueDay: '2026-08-01',
    dueDay: '2026-08-05',
    currency: 'KES',
    totalCents: cents,
    balanceCents: cents,
    ...over,
  },
});

const NOON = Date.UTC(2026, 7, 6, 9);

export const payment = (over: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: 'p1',
  channel: 'paybill',
  receipt: `UH1${over.paymentId ?? 'p1'}`,
  paidAt: NOON,
  receivedAt: NOON,
  amountCents: 1_200_000,
  currency: 'KES',
  reference: 'INV-2026-00123',
  narrative: null,
  number: { form: 'full', value: '254712345678' },
  payerNames: ['MARY', 'WANJIKU', 'KAMAU'],
  requestId: null,
  reversesReceipt: null,
  flags: [],
  ...over,
});

export function business(...facts: Fact[]): State {
  const state = createState('org');
  for (const fact of facts) apply(state, fact);
  return state;
}

/** A landlord with thirty tenants beside the two that the tests speak of, so that rarity means something. */
export const RENT: Fact[] = [
  customer('c1', 'Mary Wanjiku Kamau', { phones: ['254712345678'], accountNumbers: ['A12'] }),
  customer('c2', 'Peter Otieno Ouma', { phones: ['254722000111'], accountNumbers: ['B07'] }),
  invoice('i1', 'c1', 'INV-2026-00123', 1_200_000),
  invoice('i2', 'c2', 'INV-2026-00198', 900_000),
  ...Array.from({ length: 30 }, (_, n) => [
    customer(`x${n}`, `Tenant${'abcdefghij'[n % 10]} Family${'klmnopqrst'[Math.floor(n / 3)]}`, {
      phones: [`2547330010${String(n).padStart(2, '0')}`],
      accountNumbers: [`K${40 + n}`],
    }),
    invoice(`ix${n}`, `x${n}`, `INV-2026-00${300 + n * 7}`, 1_000_000 + n * 35_000),
  ]).flat(),
];

/** What a payment to this landlord closes, with the money in shillings: `{ i1: 12000, credit: 9000 }`. */
export function placed(facts: readonly Fact[], over: Partial<PaymentFact>) {
  const { outcome, proposal } = decide(business(...RENT, ...facts), payment(over));
  const parts = (proposal?.allocations ?? []).map((part) => [part.invoiceId, part.amountCents / 100] as const);
  return { outcome, parts: Object.fromEntries(parts), credit: (proposal?.creditCents ?? 0) / 100 };
}

/** A customer that the facts of a test may add. */
export const grace = {
  number: { form: 'full', value: '254745000111' },
  payerNames: ['GRACE', 'AUMA', 'OKELLO'],
} as const;
