import { type Collection, type Db, forgetParked } from '@malipo/service-kit';
import type { InvoiceRow } from '../domain/invoice-row.ts';
import type { PaymentRow } from '../domain/payment-row.ts';

type Stored<Row extends { id: string }> = Omit<Row, 'id'> & { _id: string };
/** Taken out of the row for the index: what is open, when it falls due. */
export type StoredInvoice = Stored<InvoiceRow> & { openCents: number; currency: string | null; dueDate: string | null };
export type StoredPayment = Stored<PaymentRow>;

/** When the newest event in some figures happened, and when that one got in. Compared as MongoDB does: field by field. */
export type Freshness = { at: Date; appliedAt: Date };

/** Sums of one day; figures by name lie beside these fields. */
export type DayRow = {
  _id: string;
  organisationId: string;
  currency: string;
  day: string;
  newest: Freshness;
};
export type PaymentDay = DayRow & {
  mode: 'test' | 'live';
  collectedCents?: number;
  payments?: number;
  channels?: Record<string, number>;
  decisions?: Record<string, number>;
  unappliedCents?: number;
};
export type BillingDay = DayRow & { billedCents?: number; invoices?: number };
/** When a generation was begun: what happened before is its history. */
export type Beginning = { _id: 'begun'; at: Date };

export type Collections = {
  payments: Collection<StoredPayment>;
  invoices: Collection<StoredInvoice>;
  paymentDays: Collection<PaymentDay>;
  billingDays: Collection<BillingDay>;
  beginning: Collection<Beginning>;
};

const PREFIX = /^g(\d+)_/;

/** The read models of one generation: a rebuild fills collections of its own beside those that still answer. */
export const collectionsOf = (db: Db, generation: number): Collections => ({
  payments: db.collection(`g${generation}_payments`),
  invoices: db.collection(`g${generation}_invoices`),
  paymentDays: db.collection(`g${generation}_payment_days`),
  billingDays: db.collection(`g${generation}_billing_days`),
  beginning: db.collection(`g${generation}_beginning`),
});

/** The subscription of a generation, which starts at the beginning of the topics. */
export const groupOf = (generation: number): string => `figures-g${generation}`;

/**
 * Creates the generation's indexes, notes when it was begun, and drops what is older than the generation before it: figures,
 * and messages that wait for them.
 */
export async function prepare(db: Db, generation: number, now: Date): Promise<void> {
  const { invoices, paymentDays, billingDays, beginning } = collectionsOf(db, generation);
  await beginning.updateOne({ _id: 'begun' }, { $setOnInsert: { at: now } }, { upsert: true });
  await invoices.createIndex(
    { organisationId: 1, currency: 1, dueDate: 1, openCents: 1 },
    { name: 'open', partialFilterExpression: { openCents: { $gt: 0 } } },
  );
  await paymentDays.createIndex({ organisationId: 1, mode: 1, currency: 1, day: 1 }, { name: 'days' });
  await billingDays.createIndex({ organisationId: 1, currency: 1, day: 1 }, { name: 'days' });
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const found = PREFIX.exec(name);
    if (found && Number(found[1]) < generation - 1) await db.dropCollection(name);
  }
  const earlier = Array.from({ length: generation }, (_none, index) => index).filter((one) => one < generation - 1);
  await forgetParked(db, earlier.map(groupOf));
}
