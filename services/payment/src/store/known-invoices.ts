import { type Collection, type Db, keepNewest } from '@malipo/service-kit';

/** An invoice as the invoice service told it; facts and balance come by different events, each with its version. */
export type KnownInvoice = {
  id: string;
  organisationId: string;
  customerId: string;
  number: string;
  currency: string;
  balanceCents: number;
};

export type InvoiceChange = {
  id: string;
  organisationId: string;
  version: number;
  balanceCents: number;
  facts?: { customerId: string; number: string; currency: string; keys: string[] } | undefined;
};

export type CustomerKeys = { id: string; organisationId: string; version: number; keys: string[] };

type InvoiceDoc = {
  _id: string;
  organisationId: string;
  balanceCents: number;
  balanceVersion: number;
  factsVersion?: number;
  customerId?: string;
  number?: string;
  currency?: string;
  keys?: string[];
};

type CustomerDoc = { _id: string; organisationId: string; version: number; keys: string[] };

/** Our own copy of what `invoice.events` tells: enough to answer a validation and to ask for an invoice's money. */
export function createKnownInvoices(db: Db) {
  const invoices: Collection<InvoiceDoc> = db.collection('known_invoices');
  const customers: Collection<CustomerDoc> = db.collection('known_customers');
  return {
    /** Newer versions win, whatever the order; repeating it changes nothing. */
    async saveInvoices(changes: readonly InvoiceChange[]): Promise<void> {
      if (changes.length > 0) await invoices.bulkWrite(changes.map(newerOnly), { ordered: true });
    },

    saveCustomers: (rows: readonly CustomerKeys[]): Promise<void> =>
      keepNewest(
        customers,
        rows.map(({ id, ...rest }) => ({ _id: id, ...rest })),
      ),

    async findInvoice(organisationId: string, id: string): Promise<KnownInvoice | undefined> {
      const doc = await invoices.findOne({ _id: id, organisationId });
      if (!doc?.customerId || !doc.number || !doc.currency) return undefined;
      const { customerId, number, currency, balanceCents } = doc;
      return { id, organisationId, customerId, number, currency, balanceCents };
    },

    /** Does any of these keys name an invoice, open or not, or an account? */
    async knows(organisationId: string, keys: readonly string[], timeoutMs: number): Promise<boolean> {
      const filter = { organisationId, keys: { $in: [...keys] } };
      const options = { projection: { _id: 1 }, maxTimeMS: timeoutMs } as const;
      const [invoice, customer] = await Promise.all([
        invoices.findOne(filter, options),
        customers.findOne(filter, options),
      ]);
      return invoice !== null || customer !== null;
    },
  };
}

export type KnownInvoices = ReturnType<typeof createKnownInvoices>;

/** Conditions are evaluated inside the update, so that two writers at once cannot put an old fact back. */
function newerOnly({ id, organisationId, version, balanceCents, facts }: InvoiceChange) {
  const keepNewer = (mark: string, values: Record<string, unknown>) => {
    const isNewer = { $lt: [{ $ifNull: [`$${mark}`, 0] }, version] };
    const set = (name: string, value: unknown) => [name, { $cond: [isNewer, { $literal: value }, `$${name}`] }];
    return Object.fromEntries(Object.entries({ ...values, [mark]: version }).map(([name, value]) => set(name, value)));
  };
  return {
    updateOne: {
      filter: { _id: id },
      update: [
        {
          $set: {
            organisationId,
            ...keepNewer('balanceVersion', { balanceCents }),
            ...(facts ? keepNewer('factsVersion', facts) : {}),
          },
        },
      ],
      upsert: true,
    },
  };
}
