import { type ClientSession, type Collection, type Db, findByIds, keepNewest, updateAll } from '@malipo/service-kit';

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
    /** Newer versions win, whatever the order; repeating it changes nothing. One read and one write for all. */
    async saveInvoices(changes: readonly InvoiceChange[], session: ClientSession): Promise<void> {
      if (changes.length === 0) return;
      const told = Map.groupBy(changes, (change) => change.id);
      const projection = { balanceVersion: 1, factsVersion: 1 };
      const held = await findByIds(invoices, told.keys(), { projection, session });
      const versions = new Map(held.map((doc) => [doc._id, doc]));
      const updates = [...told].flatMap(([_id, news]) => {
        const $set = newest(news, versions.get(_id));
        return Object.keys($set).length > 0 ? [{ filter: { _id }, update: { $set }, upsert: true }] : [];
      });
      await updateAll(invoices, updates, session);
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

/** What these changes make of a row: facts and balance each in their newest version, and nothing that is older. */
function newest(changes: readonly InvoiceChange[], held: Versions | undefined): Partial<InvoiceDoc> {
  const row: Partial<InvoiceDoc> = {};
  let { balanceVersion = 0, factsVersion = 0 } = held ?? {};
  for (const { organisationId, version, balanceCents, facts } of changes) {
    if (version > balanceVersion) {
      balanceVersion = version;
      Object.assign(row, { organisationId, balanceCents, balanceVersion });
    }
    if (facts && version > factsVersion) {
      factsVersion = version;
      Object.assign(row, facts, { organisationId, factsVersion });
    }
  }
  return row;
}

type Versions = Pick<InvoiceDoc, 'balanceVersion' | 'factsVersion'>;
