import { invoiceSaved } from './facts.ts';
import { type Entry, type EntryKind, type Mode, movement } from './ledger.ts';
import { legsOfInvoice, type Receivable } from './receivable.ts';
import { learn, pad, receivableOf, track, type Unit } from './unit.ts';

/** Keeps a changed invoice, its entry in the ledger (where what is owed changed), and tells the engine. */
export function saveInvoice(unit: Unit<unknown>, next: Receivable, kind: EntryKind, cause: string): void {
  const before = receivableOf(unit, next.invoiceId);
  track(unit, next);
  const legs = movement(legsOfInvoice(before), legsOfInvoice(next));
  if (legs.length > 0)
    unit.entries.push({
      id: `${next.invoiceId}:${pad(next.version)}`,
      organisationId: unit.organisationId,
      mode: next.mode,
      currency: next.currency,
      at: unit.at,
      kind,
      cause,
      paymentId: null,
      invoiceId: next.invoiceId,
      legs,
    });
  learn(unit, next.status === 'void' ? { type: 'invoice-closed', invoiceId: next.invoiceId } : invoiceSaved(next));
}

/** Moves an invoice without money on it from the test book to the live one. @see docs/adr/0009-test-and-live-money.md */
export function moveToLive(unit: Unit<unknown>, before: Receivable, cause: string): void {
  const next: Receivable = { ...before, mode: 'live', version: before.version + 1 };
  track(unit, next);
  const entry = (mode: Mode, id: string, legs: Entry['legs']): Entry => ({
    id: `${next.invoiceId}:${pad(next.version)}:${id}`,
    organisationId: unit.organisationId,
    mode,
    currency: next.currency,
    at: unit.at,
    kind: 'invoice_moved',
    cause,
    paymentId: null,
    invoiceId: next.invoiceId,
    legs,
  });
  const legs = legsOfInvoice(before);
  if (legs.length > 0)
    unit.entries.push(entry('test', 'out', movement(legs, [])), entry('live', 'in', movement([], legs)));
}
