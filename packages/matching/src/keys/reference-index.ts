import { accountKeys, invoiceKeys, type ReferenceKey, referenceKeys } from './reference-keys.ts';

/** What a reference names; more than one id under one level means that it is ambiguous. */
export type Named = { invoiceIds: string[]; customerIds: string[] };

/**
 * Answers "does this reference name an open invoice or a known account?" before money moves (C2B validation),
 * by exact look-ups only. It is not the matcher: it knows no phone, name or amount.
 */
export type ReferenceIndex = {
  addInvoice: (invoiceId: string, number: string) => void;
  removeInvoice: (invoiceId: string) => void;
  addAccount: (customerId: string, account: string) => void;
  removeAccount: (customerId: string, account: string) => void;
  lookup: (reference: string) => Named;
  readonly size: number;
};

/** Full numbers beat digits, and digits beat serials: a weaker key is only read when no stronger one answers. */
const STRENGTH = ['f', 'a', 'd', 'b', 's'];

export function createReferenceIndex(): ReferenceIndex {
  const invoices = createPostings();
  const accounts = createPostings();
  const numberOf = new Map<string, string>();
  const removeInvoice = (invoiceId: string): void => {
    for (const key of invoiceKeys(numberOf.get(invoiceId) ?? '')) invoices.remove(key, invoiceId);
    numberOf.delete(invoiceId);
  };
  return {
    addInvoice: (invoiceId, number) => {
      removeInvoice(invoiceId);
      numberOf.set(invoiceId, number);
      for (const key of invoiceKeys(number)) invoices.add(key, invoiceId);
    },
    removeInvoice,
    addAccount: (customerId, account) => {
      for (const key of accountKeys(account)) accounts.add(key, customerId);
    },
    removeAccount: (customerId, account) => {
      for (const key of accountKeys(account)) accounts.remove(key, customerId);
    },
    lookup: (reference) => strongest(referenceKeys(reference), invoices, accounts),
    get size() {
      return numberOf.size;
    },
  };
}

function strongest(keys: ReferenceKey[], invoices: Postings, accounts: Postings): Named {
  for (const level of STRENGTH) {
    const named: Named = { invoiceIds: [], customerIds: [] };
    for (const key of keys) {
      if (key[0] !== level) continue;
      named.invoiceIds.push(...invoices.get(key));
      named.customerIds.push(...accounts.get(key));
    }
    if (named.invoiceIds.length + named.customerIds.length > 0) {
      return { invoiceIds: [...new Set(named.invoiceIds)], customerIds: [...new Set(named.customerIds)] };
    }
  }
  return { invoiceIds: [], customerIds: [] };
}

type Postings = ReturnType<typeof createPostings>;

function createPostings() {
  const byKey = new Map<string, Set<string>>();
  return {
    add: (key: string, id: string): void => {
      const ids = byKey.get(key);
      if (ids) ids.add(id);
      else byKey.set(key, new Set([id]));
    },
    remove: (key: string, id: string): void => {
      const ids = byKey.get(key);
      ids?.delete(id);
      if (ids?.size === 0) byKey.delete(key);
    },
    get: (key: string): Iterable<string> => byKey.get(key) ?? [],
  };
}
