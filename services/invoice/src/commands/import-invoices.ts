import type { BulkResult } from '@malipo/api-contracts';
import { type Cause, type OutgoingEvent, type Tx, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { billedTooMuch } from '../domain/billed.ts';
import { draftInvoice, type Invoice, issueInvoice } from '../domain/invoice.ts';
import { keyOf } from '../domain/keys.ts';
import type { Step } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';
import { billAll } from './bill.ts';
import { customerUnknown, type NewInvoice, NUMBERING_TRIES, nextNumbers, numberTaken } from './create-invoice.ts';
import { bulkResult, type Outcome, type Row, refusalOf } from './import-rows.ts';

type Wanted = { index: number; input: NewInvoice };
type Built = Wanted & { invoice: Invoice; events: OutgoingEvent[] };
type Import = { organisationId: string; issue: boolean; cause: Cause | undefined };

/**
 * Writes every valid row, in one transaction, and says of each what became of it.
 * @param issue issue them at once
 */
export async function importInvoices(
  deps: Deps,
  organisationId: string,
  rows: readonly Row<NewInvoice>[],
  issue: boolean,
  cause?: Cause,
): Promise<BulkResult> {
  const outcomes: Outcome[] = [];
  const wanted = await readable(deps, organisationId, rows, outcomes);
  const placed = await untilWon(() =>
    deps.relay.commit(async (tx) => {
      const numbered = await number(deps, { organisationId, issue, cause }, wanted, outcomes, tx);
      const free = await billAll(deps, numbered);
      const billed = new Set(free);
      for (const { index, invoice } of numbered.filter((one) => !billed.has(one)))
        outcomes[index] = refusalOf(billedTooMuch(invoice.currency), index);
      await deps.invoices.insertMany(
        free.map(({ invoice }) => invoice),
        tx,
      );
      tx.tell(...free.flatMap(({ events }) => events));
      return free;
    }),
  );
  for (const { index, invoice } of placed) outcomes[index] = { id: invoice.id, number: invoice.number };
  const result = bulkResult(outcomes);
  deps.log.info({ created: result.created, rows: rows.length, issue }, 'invoices imported');
  return result;
}

/**
 * Finds those whose number nobody has, neither an invoice in the database nor an earlier row. A generated number gives way
 * to whoever states it, and the row gets the next one.
 * @param outcomes is told of the others
 */
async function number(
  deps: Deps,
  order: Import,
  wanted: readonly Wanted[],
  outcomes: Outcome[],
  tx: Tx,
): Promise<Built[]> {
  const taken = new Set<string>();
  const free = new Set<Built>();
  let left = wanted;
  for (let count = 0; left.length > 0 && count < NUMBERING_TRIES; count++) {
    const built = await build(deps, order, left, count, outcomes);
    const numbers = built.map(({ invoice }) => invoice.number);
    for (const key of await deps.invoices.takenNumbers(order.organisationId, numbers, tx)) taken.add(key);
    for (const one of built.toSorted((a, b) => Number(!a.input.number) - Number(!b.input.number))) {
      const key = keyOf(one.invoice.number);
      if (taken.has(key)) outcomes[one.index] = refusalOf(numberTaken(), one.index);
      else free.add(one);
      taken.add(key);
    }
    left = built.filter((one) => !free.has(one) && !one.input.number);
  }
  return [...free];
}

/** The rows that could be read and name a customer; the others' outcomes are settled. */
async function readable(deps: Deps, organisationId: string, rows: readonly Row<NewInvoice>[], outcomes: Outcome[]) {
  const customerIds = rows.flatMap((row) => ('input' in row ? [row.input.customerId] : []));
  const known = await deps.customers.known(organisationId, customerIds);
  return rows.flatMap((row, index): Wanted[] => {
    if ('input' in row && known.has(row.input.customerId)) return [{ index, input: row.input }];
    outcomes[index] = 'input' in row ? refusalOf(customerUnknown(), index) : row;
    return [];
  });
}

async function build(
  deps: Deps,
  { organisationId, issue, cause }: Import,
  wanted: readonly Wanted[],
  collisions: number,
  outcomes: Outcome[],
): Promise<Built[]> {
  const at = deps.now();
  const missing = wanted.filter(({ input }) => !input.number).length;
  const numbers = missing > 0 ? await nextNumbers(deps, organisationId, missing, collisions) : [];
  return wanted.flatMap(({ index, input }): Built[] => {
    const number = input.number ?? numbers.shift() ?? '';
    try {
      const draft = draftInvoice({ ...input, number }, deps.newId(), organisationId, at);
      const step: Step<Invoice> = (issue ? issueInvoice(draft, at) : undefined) ?? { invoice: draft, changes: [] };
      return [{ index, input, invoice: step.invoice, events: invoiceEvents(step, at, cause) }];
    } catch (error) {
      outcomes[index] = refusalOf(error, index);
      return [];
    }
  });
}
