import { ConflictError, InvalidError } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import type { Deps } from '../deps.ts';
import { draftInvoice, type Invoice, type InvoiceTerms } from '../domain/invoice.ts';
import { isNumberTaken } from '../store/invoices.ts';

/** What a person states about a new invoice; without a number it gets the next one. */
export type NewInvoice = Omit<InvoiceTerms, 'number'> & { number?: string | null | undefined };

/** After so many collisions the numbers taken at once (2^n) have left any range that people numbered by hand. */
export const NUMBERING_TRIES = 16;

/**
 * A new draft.
 * @throws {InvalidError} customer_unknown, discount_too_large, total_too_large
 * @throws {ConflictError} number_taken
 */
export async function createInvoice(deps: Deps, organisationId: string, input: NewInvoice): Promise<Invoice> {
  await requireCustomer(deps, organisationId, input.customerId);
  for (let count = 0; count < NUMBERING_TRIES; count++) {
    const number = input.number ?? (await nextNumbers(deps, organisationId, 1, count)).at(0) ?? '';
    const invoice = draftInvoice({ ...input, number }, deps.newId(), organisationId, deps.now());
    try {
      await deps.relay.commit((tx) => deps.invoices.insertMany([invoice], tx));
    } catch (error) {
      if (!isNumberTaken(error)) throw error;
      if (input.number) break;
      continue;
    }
    deps.log.info({ invoiceId: invoice.id, totalCents: invoice.totalCents }, 'invoice drafted');
    return invoice;
  }
  throw numberTaken();
}

/**
 * The next numbers of the organisation, `INV-2026-00001`: unique, rising, with gaps.
 * @param collisions how often the numbers taken so far were in use; the counter leaps further each time
 */
export async function nextNumbers(
  deps: Deps,
  organisationId: string,
  count: number,
  collisions: number,
): Promise<string[]> {
  const year = eatDay(deps.now()).slice(0, 4);
  const leap = 2 ** collisions - 1;
  const first = (await deps.counters.take(organisationId, `invoice-${year}`, count + leap)) + leap;
  return Array.from({ length: count }, (_, index) => `INV-${year}-${String(first + index).padStart(5, '0')}`);
}

/** @throws {InvalidError} customer_unknown */
export async function requireCustomer(deps: Deps, organisationId: string, customerId: string): Promise<void> {
  const known = await deps.customers.known(organisationId, [customerId]);
  if (known.size === 0) throw customerUnknown();
}

export const customerUnknown = () =>
  new InvalidError('customer_unknown', 'there is no such customer', {
    fields: [{ pointer: '#/customerId', detail: 'not a customer of yours' }],
  });

export const numberTaken = () =>
  new ConflictError('number_taken', 'another invoice has this number', {
    fields: [{ pointer: '#/number', detail: 'taken' }],
  });
