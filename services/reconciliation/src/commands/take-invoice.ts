import type { CustomerSaved, InvoiceChanged, InvoiceIssued, InvoiceVoided } from '@malipo/events';
import { candidatesFor, type Fact } from '@malipo/matching';
import { type Cause, RaceLostError, type ReceivedOf } from '@malipo/service-kit';
import { invoiceSaved, waitsAgain } from '../domain/facts.ts';
import { ENGINE, type Match } from '../domain/match.ts';
import { change, isOverpaidAt, issue, type Receivable, voided } from '../domain/receivable.ts';
import { saveInvoice } from '../domain/save-invoice.ts';
import { saveStep } from '../domain/save-step.ts';
import { undo } from '../domain/settle.ts';
import { learn, receivableOf } from '../domain/unit.ts';
import { undone } from '../events/outgoing.ts';
import { causeId, decidePayment, reconsider } from './decide-payment.ts';
import type { SliceReads } from './read-slice.ts';
import type { Decisions, Work } from './work.ts';

/**
 * A customer was created or changed. The version that is known already may come from a slice whose later payments were not
 * decided again before it failed, so they are looked for again; where nothing is new, nothing happens.
 * @returns unresolved payments that it may explain
 */
export function takeCustomer(unit: Decisions, event: ReceivedOf<typeof CustomerSaved>, read: SliceReads): string[] {
  const { customerId, name, isCompany, phone, accountNumbers, contacts } = event.data;
  const stored = read.customers.get(customerId);
  const known = unit.customers.get(customerId)?.version ?? stored?.version ?? 0;
  if (event.subject.version < known) return [];
  const fact: Fact = {
    type: 'customer-saved',
    customer: {
      customerId,
      name,
      isCompany,
      phones: phone ? [phone] : [],
      accountNumbers,
      contacts: contacts.map((contact) =>
        contact.phone ? { name: contact.name, phone: contact.phone } : { name: contact.name },
      ),
    },
  };
  if (event.subject.version > known) {
    unit.customers.set(customerId, { customerId, name, version: event.subject.version });
    learn(unit, fact);
  }
  return candidatesFor(unit.state, fact);
}

/**
 * An invoice is owed, or owed differently; a version that is known already is taken as `takeCustomer` takes it.
 * @returns unresolved payments that it may explain
 */
export function takeInvoice(
  unit: Decisions,
  event: ReceivedOf<typeof InvoiceIssued> | ReceivedOf<typeof InvoiceChanged>,
  read: SliceReads,
): string[] {
  const { balanceCents: _, ...facts } = event.data;
  const { cause, subject } = event;
  const owed = { ...facts, organisationId: unit.organisationId };
  const before = receivableOf(unit, owed.invoiceId);
  if (before && (before.status === 'void' || subject.version < before.invoiceVersion)) return [];
  if (before && subject.version === before.invoiceVersion) return explainedBy(unit, before);
  const moved = before && (before.customerId !== owed.customerId || before.currency !== owed.currency);
  const target = moved ? 0 : owed.totalCents;
  const freed = before ? freeUntil(unit, before, read, cause, (now) => !isOverpaidAt(now, target)) : [];
  const current = receivableOf(unit, owed.invoiceId);
  const next = current ? change(current, owed, subject.version) : issue(owed, unit.mode, subject.version);
  saveInvoice(unit, next, current ? 'invoice_changed' : 'invoice_issued', causeId(cause));
  for (const match of freed) decidePayment(unit, match, cause, `invoice ${owed.number} changed`);
  if (!current) for (const match of creditsOf(unit, next, event.occurredAt, read)) reconsider(unit, match, cause);
  return explainedBy(unit, next);
}

/**
 * What the engine kept as the customer's credit although the invoice had been issued when the money came: the two travel
 * on topics of their own, and the invoice was heard of later.
 */
function creditsOf(unit: Work, { customerId }: Receivable, issuedAt: string, read: SliceReads): Match[] {
  const stored = [...read.matches.values()].filter((match) => !unit.matches.has(match.paymentId));
  const changed = [...unit.matches.values()].map(({ now }) => now);
  return [...stored, ...changed].filter(
    (match) =>
      match.customerId === customerId &&
      match.organisationId === unit.organisationId &&
      match.mode === unit.mode &&
      match.status === 'auto' &&
      match.creditCents > 0 &&
      !match.byPerson &&
      Date.parse(match.payment.receivedAt) >= Date.parse(issuedAt),
  );
}

const explainedBy = (unit: Decisions, receivable: Receivable): string[] =>
  receivable.status === 'open' ? candidatesFor(unit.state, invoiceSaved(receivable)) : [];

/** Nothing is owed any more: money on it is taken back and matched again. */
export function takeVoid(unit: Decisions, event: ReceivedOf<typeof InvoiceVoided>, read: SliceReads): void {
  const { invoiceId, number } = event.data;
  const { cause, subject } = event;
  const before = receivableOf(unit, invoiceId) ?? unknownInvoice(unit, event);
  if (before.status === 'void' || subject.version <= before.invoiceVersion) return;
  const freed = freeUntil(unit, before, read, cause, (now) => now.paidBy.length === 0);
  const current = receivableOf(unit, invoiceId) ?? before;
  saveInvoice(unit, voided(current, subject.version), 'invoice_voided', causeId(cause));
  for (const match of freed) decidePayment(unit, match, cause, `invoice ${number} was voided`);
}

/** Takes payments back, the latest first, until the invoice may change. */
function freeUntil(
  unit: Work,
  before: Receivable,
  read: SliceReads,
  cause: Cause,
  isFree: (receivable: Receivable) => boolean,
): Match[] {
  const freed: Match[] = [];
  let receivable = before;
  while (!isFree(receivable)) {
    const paymentId = receivable.paidBy.at(-1);
    const match = paymentId ? (unit.matches.get(paymentId)?.now ?? read.matches.get(paymentId)) : undefined;
    if (!match) throw new RaceLostError(`the payments of invoice ${receivable.invoiceId}`);
    freed.push(takeBack(unit, match, cause, `invoice ${receivable.number} is owed less`));
    receivable = receivableOf(unit, before.invoiceId) ?? receivable;
  }
  return freed.reverse();
}

/** Takes all of a payment's money back, in the name of the engine. */
function takeBack(unit: Work, match: Match, cause: Cause, why: string): Match {
  const outcome = undo(match, { who: ENGINE, at: unit.at, why }, (id) => receivableOf(unit, id));
  return saveStep(unit, match, outcome, {
    kind: 'allocation_undone',
    cause: causeId(cause),
    facts: waitsAgain(match),
    announce: undone(cause),
  });
}

/** A void that came before its invoice: an invoice that never was open, so that the late one changes nothing. */
const unknownInvoice = (unit: Work, { data }: ReceivedOf<typeof InvoiceVoided>): Receivable =>
  issue({ ...data, organisationId: unit.organisationId, description: '', issuedOn: '', dueDate: '' }, unit.mode, 0);
