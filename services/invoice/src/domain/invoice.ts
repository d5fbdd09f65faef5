import { ConflictError, InvalidError } from '@malipo/service-kit/errors';
import { addDays, eatDay } from '@malipo/values';
import { type Amounts, type InvoiceLine, type LineTerms, priceLines } from './lines.ts';
import { isOpen, recompute, type Standing, type Step, step } from './standing.ts';

export type Invoice = Standing &
  Amounts & {
    lines: readonly InvoiceLine[];
    notes: string | null;
    voidReason: string | null;
    voidedAt: Date | null;
    createdAt: Date;
  };

export type InvoiceTerms = {
  number: string;
  customerId: string;
  currency: string;
  dueDate?: string | undefined;
  lines: readonly LineTerms[];
  notes?: string | null | undefined;
};

const DEFAULT_TERM_DAYS = 30;

/** A new draft, version 1, due in 30 days unless stated. @throws {InvalidError} discount_too_large, total_too_large */
export function draftInvoice(terms: InvoiceTerms, id: string, organisationId: string, at: Date): Invoice {
  const priced = priceAll(terms.lines);
  return {
    id,
    organisationId,
    number: terms.number,
    customerId: terms.customerId,
    currency: terms.currency,
    dueDate: terms.dueDate ?? addDays(eatDay(at), DEFAULT_TERM_DAYS),
    notes: terms.notes ?? null,
    ...priced,
    status: 'draft',
    allocations: {},
    appliedCents: 0,
    roundingCents: 0,
    balanceCents: priced.totalCents,
    issuedOn: null,
    paidAt: null,
    overdueFor: null,
    overdueCheckOn: null,
    voidReason: null,
    voidedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/**
 * From now on it is owed. Issuing again changes nothing: undefined.
 * @throws {InvalidError} invoice_without_amount
 * @throws {ConflictError} invoice_closed
 */
export function issueInvoice(invoice: Invoice, at: Date): Step<Invoice> | undefined {
  if (isOpen(invoice.status) || invoice.status === 'paid') return undefined;
  if (invoice.status !== 'draft') throw closed(invoice);
  refuseZero(invoice.totalCents);
  const after = recompute<Invoice>({ ...invoice, status: 'issued', issuedOn: eatDay(at) }, at);
  return step(invoice, after, [{ type: 'issued' }]);
}

/**
 * Nothing is owed any more; what was applied is reconciliation's to take back. Voiding again changes nothing: undefined.
 * @throws {ConflictError} invoice_not_issued (a draft is changed instead), invoice_paid (undo its payments first), invoice_closed
 */
export function voidInvoice(invoice: Invoice, reason: string | null, at: Date): Step<Invoice> | undefined {
  if (invoice.status === 'void') return undefined;
  if (invoice.status === 'draft') throw new ConflictError('invoice_not_issued', 'a draft is owed by nobody; change it');
  if (invoice.status === 'paid')
    throw new ConflictError('invoice_paid', 'the invoice is paid; undo its payments before voiding it');
  if (!isOpen(invoice.status)) throw closed(invoice);
  const after = recompute<Invoice>({ ...invoice, status: 'void', voidReason: reason, voidedAt: at }, at);
  return step(invoice, after, [{ type: 'voided' }]);
}

export type InvoiceChange = { [Field in keyof InvoiceTerms]?: InvoiceTerms[Field] | undefined };

/**
 * Changes a draft in everything, an issued invoice in due date, lines and notes. A total below what is applied is
 * allowed: the balance stays at 0, and reconciliation takes the surplus back. No difference: undefined.
 * @throws {ConflictError} invoice_issued, invoice_closed
 * @throws {InvalidError} invoice_without_amount, discount_too_large, total_too_large
 */
export function changeInvoice(invoice: Invoice, change: InvoiceChange, at: Date): Step<Invoice> | undefined {
  const draft = invoice.status === 'draft';
  if (!draft && !isOpen(invoice.status) && invoice.status !== 'paid') throw closed(invoice);
  if (!draft) refuseFixed(invoice, change);
  const { lines, notes, number, customerId, currency, dueDate } = change;
  const changed: Invoice = {
    ...invoice,
    ...(lines ? priceAll(lines) : {}),
    notes: notes === undefined ? invoice.notes : notes,
    number: number ?? invoice.number,
    customerId: customerId ?? invoice.customerId,
    currency: currency ?? invoice.currency,
    dueDate: dueDate ?? invoice.dueDate,
  };
  const owedDiffers = !sameDebt(invoice, changed);
  if (!owedDiffers && invoice.notes === changed.notes && (!draft || sameHead(invoice, changed))) return undefined;
  if (!draft) refuseZero(changed.totalCents);
  return step(invoice, recompute(changed, at), !draft && owedDiffers ? [{ type: 'changed' }] : []);
}

/** Others hold an issued invoice under these; they stay as they are. */
function refuseFixed(invoice: Invoice, change: InvoiceChange): void {
  const fields = (['number', 'customerId', 'currency'] as const)
    .filter((field) => change[field] !== undefined && change[field] !== invoice[field])
    .map((field) => ({ pointer: `#/${field}`, detail: 'only a draft may change this' }));
  if (fields.length > 0)
    throw new ConflictError('invoice_issued', 'an issued invoice changes in due date, lines and notes only', {
      fields,
    });
}

function refuseZero(totalCents: number): void {
  if (totalCents > 0) return;
  const fields = [{ pointer: '#/lines', detail: 'add up to 0' }];
  throw new InvalidError('invoice_without_amount', 'an issued invoice must be above zero', { fields });
}

const sameDebt = (one: Invoice, other: Invoice): boolean =>
  one.dueDate === other.dueDate && JSON.stringify(one.lines) === JSON.stringify(other.lines);

const sameHead = (one: Invoice, other: Invoice): boolean =>
  one.number === other.number && one.customerId === other.customerId && one.currency === other.currency;

const closed = (invoice: Invoice) =>
  new ConflictError('invoice_closed', `the invoice is ${invoice.status.replace('_', ' ')} and stays as it is`);

const MAX_DESCRIPTION = 1_000;

/** The lines priced, and in words: months, terms and houses named there help the matcher. */
function priceAll(terms: readonly LineTerms[]) {
  const words = terms.map((line) => line.description).join('; ');
  return { ...priceLines(terms), description: words.slice(0, MAX_DESCRIPTION) };
}
