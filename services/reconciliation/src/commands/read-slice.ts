import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceVoided,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentRequestPrompted,
  PaymentReversed,
} from '@malipo/events';
import type { EventDefinition, Received, ReceivedOf } from '@malipo/service-kit';
import { heldLines, type Match } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { beginUnit } from '../domain/unit.ts';
import { owedBy } from '../memory/book.ts';
import type { CustomerDoc, OrganisationDoc, ReversalDoc } from '../store/collections.ts';
import type { CreditOf } from '../store/reads.ts';
import type { Decisions, Deps, Work } from './work.ts';

/** Tells received events apart with their types. */
export const is = <Definition extends EventDefinition>(
  definition: Definition,
  event: Received,
): event is ReceivedOf<Definition> => event.type === definition.type;

/** What a slice needs to know, read in a constant number of round trips, and the units that gather its changes. */
export type SliceReads = {
  units: Map<string, Decisions>;
  matches: Map<string, Match>;
  customers: Map<string, CustomerDoc>;
  requests: Set<string>;
  reversals: Map<string, ReversalDoc>;
  /** Organisations that spend a customer's credit on what is invoiced later. */
  spending: ReadonlySet<string>;
};

/**
 * Reads for a slice. The organisations' rows come first: whatever changes after that moves their `seq`, so that nothing
 * decided on a mixed view can be committed.
 */
export async function readSlice(
  deps: Deps,
  slice: readonly Received[],
  rows: ReadonlyMap<string, OrganisationDoc>,
): Promise<SliceReads> {
  const { reads } = deps;
  const asked = idsOf(slice);
  const spending = new Set([...rows.values()].filter(({ rules }) => rules?.spendCredit).map(({ _id }) => _id));
  const [receivables, matches, credits, customers, requests, reversals] = await Promise.all([
    reads.receivables(asked.invoices),
    reads.matches(asked.payments),
    reads.creditsSince(slice.flatMap((event) => issuing(event, spending.has(event.organisationId)))),
    reads.customers(asked.customers),
    reads.requests(asked.requests),
    reads.reversals(asked.payments),
  ]);
  for (const [id, match] of credits) matches.set(id, match);
  const paying = [...receivables.values()].flatMap((receivable) => receivable.paidBy.filter((id) => !matches.has(id)));
  for (const [id, match] of await reads.matches(paying)) matches.set(id, match);
  const lines = [...matches.values()].flatMap((match) => heldLines(match).map((line) => line.invoiceId));
  const further = lines.filter((id) => !receivables.has(id));
  for (const [id, receivable] of await reads.receivables(further)) receivables.set(id, receivable);
  const units = await beginUnits(deps, asked.organisations, rows, receivables);
  return { units, matches, customers, requests, reversals, spending };
}

/** The organisation's matches as they now stand, of those that were read. */
export const matchesOf = (unit: Work, read: SliceReads): Match[] => {
  const changed = [...unit.matches.values()].map(({ now }) => now);
  const stored = [...read.matches.values()].filter((match) => !unit.matches.has(match.paymentId));
  return [...stored, ...changed].filter((match) => match.organisationId === unit.organisationId);
};

/** Units over the organisations' books, as of the given rows. */
export async function beginUnits(
  { books, now }: Deps,
  organisationIds: readonly string[],
  rows: ReadonlyMap<string, OrganisationDoc>,
  receivables: ReadonlyMap<string, Receivable>,
): Promise<Map<string, Decisions>> {
  const at = now();
  const units = new Map<string, Decisions>();
  for (const [organisationId, book] of await books.at(organisationIds, rows)) {
    const row = rows.get(organisationId);
    units.set(
      organisationId,
      beginUnit({
        organisationId,
        seq: row?.seq ?? null,
        mode: row?.mode ?? 'test',
        at,
        state: book.state,
        receivable: (id) => receivables.get(id) ?? book.open.get(id),
        owedBefore: (customerId, currency) => owedBy(book, customerId, currency),
        offering: (id) => book.offered.get(id) ?? [],
      }),
    );
  }
  return units;
}

/** Whose credit is of interest since when, for an invoice's first event. @param spends all of it, however old */
const issuing = (event: Received, spends: boolean): CreditOf[] =>
  is(InvoiceIssued, event)
    ? [
        {
          organisationId: event.organisationId,
          customerId: event.data.customerId,
          since: new Date(spends ? 0 : event.occurredAt),
        },
      ]
    : [];

/** What each event is about, by kind of record. */
type Asked = Record<'invoices' | 'payments' | 'customers' | 'requests', Set<string>>;

function idsOf(slice: readonly Received[]) {
  const asked: Asked = { invoices: new Set(), payments: new Set(), customers: new Set(), requests: new Set() };
  const organisations = new Set<string>();
  for (const event of slice) {
    organisations.add(event.organisationId);
    askOfInvoices(event, asked);
    askOfPayments(event, asked);
  }
  return {
    organisations: [...organisations],
    invoices: [...asked.invoices],
    payments: [...asked.payments],
    customers: [...asked.customers],
    requests: [...asked.requests],
  };
}

function askOfInvoices(event: Received, { invoices, customers }: Asked): void {
  if (is(InvoiceIssued, event) || is(InvoiceChanged, event) || is(InvoiceVoided, event))
    invoices.add(event.data.invoiceId);
  else if (is(CustomerSaved, event)) customers.add(event.data.customerId);
}

function askOfPayments(event: Received, { invoices, payments, requests }: Asked): void {
  if (is(PaymentReversed, event)) payments.add(event.data.paymentId);
  else if (is(PaymentRequestPrompted, event)) {
    requests.add(event.data.requestId);
    if (event.data.invoiceId) invoices.add(event.data.invoiceId);
  } else if (is(PaymentReceived, event) || is(PaymentEvidenceAdded, event)) {
    payments.add(event.data.paymentId);
    if (event.data.requestId) requests.add(event.data.requestId);
    if (event.data.request?.invoiceId) invoices.add(event.data.request.invoiceId);
  }
}
