import type { Books } from './facts.ts';
import { accountKey, type Person } from './read/customers.ts';
import type { InvoiceRow } from './read/invoices.ts';
import { nameKey } from './read/names.ts';
import type { Remark } from './read/remarks.ts';

/** What stands under more names than a family has and under a large share of all, or under very many, is no account. */
const FAMILY = 4;
const SHARE = 0.1;
const VERY_MANY = 50;

/**
 * Takes out of accounts and customer numbers what is none: a ledger's account (`Rental Income`) or a category stands under
 * many different names. Each is told once, on the first invoice that has it.
 */
export function dropLedgerAccounts(books: Books, remarks: Remark[]): Books {
  const { invoices, customers } = books;
  const counts = countNames([...(customers ?? []), ...invoices.map(({ customer }) => customer)]);
  if (counts.size === 0) return books;
  remarks.push(...told(invoices, counts));
  const isOwn = (account: string): boolean => !counts.has(accountKey(account));
  const own = (person: Person): Person => {
    const key = person.key !== null && isOwn(person.key) ? person.key : null;
    return { ...person, key, accounts: person.accounts.filter(isOwn) };
  };
  return {
    ...books,
    invoices: invoices.map((row) => ({ ...row, customer: own(row.customer) })),
    customers: customers?.map(own) ?? null,
  };
}

function told(invoices: readonly InvoiceRow[], counts: ReadonlyMap<string, number>): Remark[] {
  const left = new Map(counts);
  return invoices.flatMap(({ place, customer }) =>
    customer.accounts.flatMap((account): Remark[] => {
      const names = left.get(accountKey(account));
      if (!left.delete(accountKey(account))) return [];
      const what = `stands under ${names} different names and is no customer's account; the rows are read without it`;
      const remedy = 'give the numbers of customers a column of their own';
      return [{ ...place, kind: 'read in part', column: null, value: account, what, remedy }];
    }),
  );
}

/** How many names stand beside each account that is no customer's. */
function countNames(people: readonly Person[]): Map<string, number> {
  const names = new Map<string, Set<string>>();
  const all = new Set<string>();
  for (const { name, accounts } of people) {
    all.add(nameKey(name));
    for (const account of accounts) {
      const key = accountKey(account);
      names.set(key, (names.get(key) ?? new Set()).add(nameKey(name)));
    }
  }
  const many = Math.min(VERY_MANY, Math.max(FAMILY, all.size * SHARE));
  return new Map([...names].flatMap(([key, { size }]) => (size > many ? [[key, size] as const] : [])));
}
