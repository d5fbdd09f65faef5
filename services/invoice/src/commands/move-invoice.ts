import { type Cause, NotFoundError, untilWon, type VersionCheck } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import {
  changeInvoice as change,
  type Invoice,
  type InvoiceChange,
  issueInvoice as issue,
  voidInvoice as void_,
} from '../domain/invoice.ts';
import type { Step } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';
import { isNumberTaken } from '../store/invoices.ts';
import { bill } from './bill.ts';
import { numberTaken, requireCustomer } from './create-invoice.ts';

type Which = { organisationId: string; id: string };

/**
 * @throws {NotFoundError} invoice_not_found
 * @throws {InvalidError} customer_unknown, billed_too_much, and what the domain refuses
 * @throws {ConflictError} number_taken, and what the domain refuses
 */
export async function changeInvoice(
  deps: Deps,
  which: Which,
  input: InvoiceChange,
  check: VersionCheck,
  cause?: Cause,
) {
  if (input.customerId) await requireCustomer(deps, which.organisationId, input.customerId);
  return move(deps, which, (invoice, at) => change(invoice, input, at), check, cause);
}

/**
 * Owed from now on; again changes nothing.
 * @throws {NotFoundError} invoice_not_found
 * @throws {InvalidError} billed_too_much, and what the domain refuses
 */
export const issueInvoice = (deps: Deps, which: Which, check: VersionCheck, cause?: Cause): Promise<Invoice> =>
  move(deps, which, issue, check, cause);

/** No longer owed; again changes nothing. @throws {NotFoundError} invoice_not_found, and what the domain refuses */
export const voidInvoice = (deps: Deps, which: Which, reason: string | null, check: VersionCheck, cause?: Cause) =>
  move(deps, which, (invoice, at) => void_(invoice, reason, at), check, cause);

/** Reads, decides, writes, tells; again from the start when somebody else was first. */
const move = (
  deps: Deps,
  { organisationId, id }: Which,
  decide: (invoice: Invoice, at: Date) => Step<Invoice> | undefined,
  check: VersionCheck,
  cause?: Cause,
): Promise<Invoice> =>
  untilWon(async () => {
    const before = await deps.invoices.load(organisationId, id);
    if (!before) throw new NotFoundError('invoice_not_found', `there is no invoice ${id}`);
    check(before.version);
    const at = deps.now();
    const step = decide(before, at);
    if (!step) return before;
    await bill(deps, before, step.invoice);
    await deps.relay
      .commit(async (tx) => {
        await deps.invoices.save({ before, after: step.invoice }, tx);
        tx.tell(...invoiceEvents(step, at, cause));
      })
      .catch((error: unknown) => {
        throw isNumberTaken(error) ? numberTaken() : error;
      });
    const { status, version, totalCents } = step.invoice;
    deps.log.info({ invoiceId: id, status, version, totalCents }, 'invoice changed');
    return step.invoice;
  });
