import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import type { InvoiceRow } from './read/invoices.ts';
import type { PaymentRow } from './read/payments.ts';
import { needsPerson } from './tell/reason.ts';
import { summarise } from './tell/summary.ts';

const place = (line: number) => ({ file: 'f.csv', sheet: null, line });
const nobody = { key: null, accounts: [], phones: [], contacts: [], isCompany: false };
const NAMES = ['Jane Doe', 'Ali Noor', 'Ann Wafula'];
const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-10T00:00:00Z');

const toInvoice = ({ cents, who, day }: { cents: number; who: number; day: number }, at: number): InvoiceRow => ({
  place: place(at + 2),
  number: `INV-${100 + at}`,
  customer: { ...nobody, name: NAMES[who] ?? '' },
  description: '',
  issueDay: new Date(START + (day - 5) * DAY_MS).toISOString().slice(0, 10),
  dueDay: null,
  currency: 'KES',
  totalCents: cents,
  balanceCents: cents,
});

type Drawn = { cents: number; names: number; day: number; receipt: number; reverses: boolean; who: number };

const toPayment = ({ cents, names, day, receipt, reverses, who }: Drawn, at: number): PaymentRow => ({
  place: place(at + 2),
  hasTime: false,
  shown: { receipt: '', payer: '', phone: '', reference: '' },
  fact: {
    paymentId: `p${at}`,
    channel: 'paybill',
    receipt: reverses ? `R${at}` : `UAC000000${receipt}`,
    paidAt: START + day * DAY_MS,
    receivedAt: START + day * DAY_MS,
    amountCents: cents,
    currency: 'KES',
    reference: `INV-${100 + names}`,
    narrative: null,
    number: { form: 'none', value: '' },
    payerNames: (NAMES[who] ?? '').split(' '),
    requestId: null,
    reversesReceipt: reverses ? `UAC000000${receipt}` : null,
    flags: [],
  },
});

const cents = fc.constantFrom(50_000, 100_000, 150_000, 250_000).chain((one) => fc.constantFrom(one, one + 12_345));
const small = (max: number) => fc.integer({ min: 0, max });
const invoices = fc.array(fc.record({ cents, who: small(2), day: small(12) }), { maxLength: 8 });
const payments = fc.array(
  fc.record({ cents, names: small(8), day: small(9), receipt: small(9), reverses: fc.boolean(), who: small(2) }),
  { maxLength: 12 },
);

test('whatever comes, every cent received is on an invoice, in credit, with a person, or taken back', () => {
  fc.assert(
    fc.property(invoices, payments, (drawnInvoices, drawnPayments) => {
      const books = { invoices: drawnInvoices.map(toInvoice), payments: drawnPayments.map(toPayment), customers: null };
      const played = play(books);
      expect(played.outcomes).toHaveLength(books.payments.length);
      for (const { fact, afterCents } of played.invoices) {
        expect(afterCents).toBeGreaterThanOrEqual(0);
        expect(afterCents).toBeLessThanOrEqual(fact.balanceCents);
      }
      for (const { received, by, toInvoicesCents, unappliedCents, invoices: standing } of summarise(played)) {
        expect(toInvoicesCents + unappliedCents + by['taken back'].cents).toBe(received.cents);
        const paid = Object.values(standing).reduce((sum, { paidCents }) => sum + paidCents, 0);
        expect(paid).toBe(toInvoicesCents);
      }
    }),
  );
});

test('the order of the rows in the files changes no decision', () => {
  const books = {
    invoices: [0, 1, 2].map((at) => toInvoice({ cents: 100_000 + at, who: at, day: at }, at)),
    payments: [0, 1, 2, 3].map((at) =>
      toPayment({ cents: 100_000 + at, names: at, day: at, receipt: at, reverses: at === 3, who: at }, at),
    ),
    customers: null,
  };
  const decisions = (payments: PaymentRow[]) =>
    Object.fromEntries(
      play({ ...books, payments }).outcomes.map(({ row, decision }) => [row.fact.paymentId, decision]),
    );
  expect(decisions(books.payments.toReversed())).toEqual(decisions(books.payments));
});

test('an invoice counts from its day of issue, and money that waited for it is looked at once more', () => {
  const invoice = toInvoice({ cents: 100_000, who: 0, day: 12 }, 5);
  const early = toPayment({ cents: 100_000, names: 5, day: 0, receipt: 1, reverses: false, who: 0 }, 0);
  const stranger = { ...early, fact: { ...early.fact, payerNames: [] } };
  const { outcomes, invoices: after } = play({ invoices: [invoice], payments: [stranger], customers: null });
  expect(outcomes[0]?.decision.outcome).not.toBe('unmatched');
  expect(outcomes[0]?.decision.proposal?.allocations).toEqual([{ invoiceId: 'I1', amountCents: 100_000 }]);
  expect(after[0]?.fact.issueDay).toBe('2026-01-17');
});

test('money that an invoice explains is decided on when the invoice is issued, before what is paid next', () => {
  const jane = { ...nobody, name: 'Jane Doe', phones: ['254712000001'] };
  const open = { ...toInvoice({ cents: 50_000, who: 0, day: 0 }, 1), customer: jane };
  const late = { ...toInvoice({ cents: 100_000, who: 0, day: 8 }, 2), customer: jane };
  const first = toPayment({ cents: 100_000, names: 2, day: 0, receipt: 1, reverses: false, who: 0 }, 0);
  const early = { ...first, fact: { ...first.fact, payerNames: ['JANE', 'OUMA'] } };
  const second = toPayment({ cents: 50_000, names: 0, day: 5, receipt: 2, reverses: false, who: 0 }, 1);
  const number = { form: 'full', value: '254712000001' } as const;
  const next = { ...second, fact: { ...second.fact, reference: null, number } };
  const { outcomes } = play({ invoices: [open, late], payments: [early, next], customers: null });
  expect(outcomes.map(({ decision }) => [decision.outcome, decision.proposal?.allocations])).toEqual([
    ['auto', [{ invoiceId: 'I2', amountCents: 100_000 }]],
    ['auto', [{ invoiceId: 'I1', amountCents: 50_000 }]],
  ]);
});

test('a reversal that comes again is a duplicate, and one of a part leaves the payment for a person', () => {
  const invoice = toInvoice({ cents: 150_000, who: 0, day: 0 }, 1);
  const paid = toPayment({ cents: 150_000, names: 1, day: 1, receipt: 1, reverses: false, who: 0 }, 0);
  const reversal = (cents: number, at: number, receipt: string): PaymentRow => {
    const row = toPayment({ cents, names: 1, day: 2, receipt: 1, reverses: true, who: 0 }, at);
    return { ...row, fact: { ...row.fact, receipt } };
  };
  const sums = (...reversals: PaymentRow[]) => {
    const played = play({ invoices: [invoice], payments: [paid, ...reversals], customers: null });
    const [summary] = summarise(played);
    const { by, received, toInvoicesCents } = summary ?? expect.fail('no summary');
    const people = played.outcomes.filter((outcome) => needsPerson(outcome, played));
    const counts = [by.applied.count, by['taken back'].count, by.reversal.count, by.duplicate.count];
    return { counts, people: people.length, received: received.cents, toInvoicesCents };
  };
  const whole = { people: 0, received: 150_000, toInvoicesCents: 0 };
  expect(sums(reversal(150_000, 2, 'R1'))).toEqual({ ...whole, counts: [0, 1, 1, 0] });
  expect(sums(reversal(150_000, 2, 'R1'), reversal(150_000, 3, 'R1'))).toEqual({ ...whole, counts: [0, 1, 1, 1] });
  expect(sums(reversal(150_000, 2, 'R1'), reversal(150_000, 3, 'R2'))).toEqual({
    ...whole,
    counts: [0, 1, 2, 0],
    people: 1,
  });
  expect(sums(reversal(50_000, 2, 'R1'))).toEqual({
    counts: [1, 0, 1, 0],
    people: 1,
    received: 150_000,
    toInvoicesCents: 150_000,
  });
});
