import type { Deps } from '../deps.ts';
import { addsToBilled, billedTooMuch, MAX_BILLED_CENTS } from '../domain/billed.ts';
import type { Invoice } from '../domain/invoice.ts';

/**
 * Counts what a step bills, before it is written. A count whose step is not written after all stays: too much is counted
 * then, never too little, and invoices of one organisation do not wait for each other.
 * @throws {InvalidError} billed_too_much
 */
export async function bill(deps: Deps, before: Invoice, after: Invoice): Promise<void> {
  const { organisationId, currency } = after;
  if (!(await take(deps, organisationId, currency, addsToBilled(before, after)))) throw billedTooMuch(currency);
}

/** Counts what new invoices bill: all of them at once, or one by one where there is no room for all. @returns those that may be */
export async function billAll<Row extends { invoice: Invoice }>(deps: Deps, rows: readonly Row[]): Promise<Row[]> {
  const billed = new Set<Row>();
  const ofCurrencies = Map.groupBy(rows, ({ invoice }) => `${invoice.organisationId} ${invoice.currency}`);
  for (const own of ofCurrencies.values()) for (const row of await billTogether(deps, own)) billed.add(row);
  return rows.filter((row) => billed.has(row));
}

async function billTogether<Row extends { invoice: Invoice }>(deps: Deps, rows: readonly Row[]): Promise<Row[]> {
  const [first] = rows;
  if (!first) return [];
  const { organisationId, currency } = first.invoice;
  const added = ({ invoice }: Row) => addsToBilled(null, invoice);
  const all = rows.reduce((sum, row) => sum + added(row), 0);
  if (await take(deps, organisationId, currency, all)) return [...rows];
  const billed: Row[] = [];
  for (const row of rows) if (await take(deps, organisationId, currency, added(row))) billed.push(row);
  return billed;
}

const take = async (deps: Deps, organisationId: string, currency: string, cents: number): Promise<boolean> =>
  cents === 0 || deps.counters.takeWithin(organisationId, `billed-${currency}`, cents, MAX_BILLED_CENTS);
