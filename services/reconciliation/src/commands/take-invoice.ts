import type { CustomerSaved, InvoiceChanged, InvoiceIssued, InvoiceVoided } from '@malipo/events';
import { candidatesFor, type Fact } from '@malipo/matching';
import { type Cause, RaceLostError, type ReceivedOf } from '@malipo/service-kit';
import { movedThere, waitsAgain } from '../domain/facts.ts';
import { ENGINE, heldLines, isOpen, type Match } from '../domain/match.ts';
import { change, issue, type Receivable, surplusAt, voided } from '../domain/receivable.ts';
import { saveInvoice } from '../domain/save-invoice.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { release, undo } from '../domain/settle.ts';
import { learn, owedNow, receivableOf } from '../domain/unit.ts';
import { adjusted, undone } from '../events/outgoing.ts';
import { closeCrumb } from './close-crumb.ts';
import { causeId, decidePayment, reconsider } from './decide-payment.ts';
import { waitingFor } from './fit-reopened.ts';
import { matchesOf, type SliceReads } from './read-slice.ts';
import { spendOn } from './spend-credit.ts';
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
 * @returns unresolved payments that it may explain, or that were to pay it
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
  if (before && subject.version === before.invoiceVersion) return waitingFor(unit, [owed.invoiceId]);
  const moved = before && (before.customerId !== owed.customerId || before.currency !== owed.currency);
  const free = moved ? takeBack : lessen;
  const freed = before ? freeUntil(unit, before, moved ? 0 : owed.totalCents, read, cause, free) : [];
  const current = receivableOf(unit, owed.invoiceId);
  const next = current ? change(current, owed, subject.version) : issue(owed, unit.mode, subject.version);
  saveInvoice(unit, next, current ? 'invoice_changed' : 'invoice_issued', causeId(cause));
  for (const match of freed) afterwards(unit, match, cause, `invoice ${owed.number} changed`);
  if (current) closeCrumb(unit, owed.invoiceId, read, cause);
  else takeCredit(unit, next, event.occurredAt, read, cause);
  if (moved) unit.cleared.add(before.customerId);
  return waitingFor(unit, [owed.invoiceId]);
}

/** Credit that a newly issued invoice may have a claim to. */
function takeCredit(unit: Decisions, issued: Receivable, issuedAt: string, read: SliceReads, cause: Cause): void {
  for (const match of creditsOf(unit, issued, issuedAt, read)) reconsider(unit, match, cause);
  if (read.spending.has(unit.organisationId)) spendOn(unit, issued.invoiceId, read, cause);
}

/**
 * What the engine kept as the customer's credit although the invoice had been issued when the money came: the two travel
 * on topics of their own, and the invoice was heard of later.
 */
function creditsOf(unit: Work, { customerId }: Receivable, issuedAt: string, read: SliceReads): Match[] {
  return matchesOf(unit, read).filter(
    (match) =>
      match.customerId === customerId &&
      match.mode === unit.mode &&
      match.status === 'auto' &&
      match.creditCents > 0 &&
      !match.byPerson &&
      Date.parse(match.payment.receivedAt) >= Date.parse(issuedAt),
  );
}

/**
 * Nothing is owed any more: money on it is taken off it. One that is void already is taken as `takeCustomer` takes it.
 * @returns unresolved payments that may have been meant for it
 */
export function takeVoid(unit: Decisions, event: ReceivedOf<typeof InvoiceVoided>, read: SliceReads): string[] {
  const { invoiceId, number } = event.data;
  const { cause, subject } = event;
  const before = receivableOf(unit, invoiceId) ?? unknownInvoice(unit, event);
  if (before.status === 'void') return waitingFor(unit, [invoiceId]);
  if (subject.version <= before.invoiceVersion) return [];
  const freed = freeUntil(unit, before, 0, read, cause, lessen);
  const current = receivableOf(unit, invoiceId) ?? before;
  saveInvoice(unit, voided(current, subject.version), 'invoice_voided', causeId(cause));
  for (const match of freed) afterwards(unit, match, cause, `invoice ${number} was voided`);
  return waitingFor(unit, [invoiceId]);
}

/** Takes a payment's money off an invoice, or as much of it as is too much. @returns the match as it then stands */
type Free = (unit: Work, match: Match, receivable: Receivable, cause: Cause, surplusCents: number) => Match;

/**
 * Takes the surplus off an invoice, from the latest payment first, until no more lies on it than will be owed.
 * @returns the payments that it was taken from, in order of application
 */
function freeUntil(
  unit: Work,
  before: Receivable,
  totalCents: number,
  read: SliceReads,
  cause: Cause,
  free: Free,
): Match[] {
  const freed: Match[] = [];
  let receivable = before;
  for (let surplus = surplusAt(before, totalCents); surplus > 0; surplus = surplusAt(receivable, totalCents)) {
    const paymentId = receivable.paidBy.at(-1);
    const match = paymentId ? (unit.matches.get(paymentId)?.now ?? read.matches.get(paymentId)) : undefined;
    if (!match) throw new RaceLostError(`the payments of invoice ${receivable.invoiceId}`);
    freed.push(free(unit, match, receivable, cause, surplus));
    receivable = receivableOf(unit, before.invoiceId) ?? receivable;
  }
  return freed.reverse();
}

/**
 * Only the surplus: whose money it is was decided and stands, and so does what else it pays. Where nothing of it lies on an
 * invoice any more, the decision has lost its ground and is taken back, so that the money is seen in the queue.
 */
function lessen(unit: Work, match: Match, receivable: Receivable, cause: Cause, surplusCents: number): Match {
  const act = { who: ENGINE, at: unit.at, why: lessOwed(receivable) };
  const outcome = release(match, receivable, surplusCents, act);
  if (heldLines(outcome.match).length === 0) return takeBack(unit, match, receivable, cause);
  const facts = [movedThere(outcome.match)];
  return saveStep(unit, match, outcome, { kind: 'allocation_undone', cause: causeId(cause), facts });
}

const lessOwed = ({ number }: Receivable): string => `invoice ${number} is owed less`;

/** Takes all of a payment's money back, in the name of the engine. */
function takeBack(unit: Work, match: Match, receivable: Receivable, cause: Cause): Match {
  const act = { who: ENGINE, at: unit.at, why: lessOwed(receivable) };
  const outcome = undo(match, act, (id) => receivableOf(unit, id));
  return saveStep(unit, match, outcome, {
    kind: 'allocation_undone',
    cause: causeId(cause),
    facts: waitsAgain(match),
    announce: undone(cause),
  });
}

/**
 * Now that the invoice is owed what it is: money without a home is decided again. Other money is announced as it lies, with
 * what its customer owes now; where the engine had placed it, it may see a better place for what was taken off.
 */
function afterwards(unit: Decisions, match: Match, cause: Cause, why: string): void {
  if (isOpen(match)) {
    decidePayment(unit, match, cause, why);
    return;
  }
  const { customerId, payment } = match;
  const owed = () => (customerId ? owedNow(unit, customerId, payment.currency) : 0);
  const told = noteStep(unit, match, match, { announce: adjusted(cause, unit.at, owed) });
  if (!match.byPerson) reconsider(unit, told, cause, why);
}

/** A void that came before its invoice: an invoice that never was open, so that the late one changes nothing. */
const unknownInvoice = (unit: Work, { data }: ReceivedOf<typeof InvoiceVoided>): Receivable =>
  issue({ ...data, organisationId: unit.organisationId, description: '', issuedOn: '', dueDate: '' }, unit.mode, 0);
