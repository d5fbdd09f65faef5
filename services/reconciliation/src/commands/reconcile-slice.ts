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
import type { Received } from '@malipo/service-kit';
import { isUnexplained, type Match } from '../domain/match.ts';
import { commit, isRaceLost } from './commit.ts';
import { decidePayment } from './decide-payment.ts';
import { fitReopened, notesOfRest, type Reopened } from './fit-reopened.ts';
import { goLive } from './go-live.ts';
import { notePrompts } from './note-prompts.ts';
import { beginUnits, is, readSlice, type SliceReads } from './read-slice.ts';
import { takeCustomer, takeInvoice, takeVoid } from './take-invoice.ts';
import { reversalOf, takePayment, takeRequest, takeReversal } from './take-payment.ts';
import type { Decisions, Deps } from './work.ts';

/** Payments worth deciding again because something new appeared, by organisation, with the event that brought it. */
type Again = Map<string, Map<string, Received>>;

const AGAIN_AT_ONCE = 200;

/**
 * Works off a slice: folds what is owed, decides payments one after the other, and writes all of it in one transaction.
 * Safe to repeat: payments are known by their id, invoices and customers by their version.
 * @param atOnce how many waiting payments are decided again in one transaction
 * @throws {RaceLostError} another replica wrote in between; the kit calls again, and finds done what nobody came in between of
 */
export async function reconcileSlice(deps: Deps, slice: readonly Received[], atOnce = AGAIN_AT_ONCE): Promise<void> {
  const organisationIds = [...new Set(slice.map((event) => event.organisationId))];
  await deps.books.deciding(async () => {
    try {
      const { rest, notes } = await workOff(deps, slice, organisationIds, atOnce);
      for (let again = rest; again.size > 0; ) again = await decideAgain(deps, again, atOnce);
      if (notes.length > 0) await deps.collections.reopened.deleteMany({ _id: { $in: notes } });
    } catch (error) {
      if (isRaceLost(error)) deps.figures.races.inc({ door: 'events' });
      throw error;
    }
  });
}

/** @returns what is left to decide again, and the ids of the notes that lie until that is done */
async function workOff(
  deps: Deps,
  slice: readonly Received[],
  organisationIds: readonly string[],
  atOnce: number,
): Promise<{ rest: Again; notes: string[] }> {
  let rows = await deps.reads.organisations(organisationIds);
  const first = slice.filter((event) => isLive(event) && rows.get(event.organisationId)?.mode !== 'live');
  if (first.length > 0) {
    for (const event of first) await goLive(deps, event.organisationId, event.cause);
    rows = await deps.reads.organisations(organisationIds);
  }
  const read = await readSlice(deps, slice, rows);
  const again: Again = new Map();
  const reopened: Reopened = new Map();
  const early: string[] = [];
  for (const event of slice) {
    const unit = read.units.get(event.organisationId);
    if (!unit) continue;
    for (const paymentId of [...take(unit, event, read, early), ...fitReopened(unit, reopened)]) {
      const ids = again.get(event.organisationId) ?? new Map<string, Received>();
      again.set(event.organisationId, ids.set(paymentId, event));
    }
  }
  await keepWaiting(deps, read, early);
  await notePrompts(deps, slice);
  const rest = await decideNow(deps, read, again, atOnce);
  const notes = notesOfRest(read.units, rest, reopened);
  const arrived = [...read.reversals.values()].filter(({ _id }) => hasArrived(read, _id));
  await commit(deps, [...read.units.values()], async (session, isWritten) => {
    const [noted, over] = [notes.filter(isWritten), arrived.filter(isWritten).map(({ _id }) => _id)];
    if (noted.length > 0) await deps.collections.reopened.insertMany(noted, { session });
    if (over.length > 0) await deps.collections.reversals.deleteMany({ _id: { $in: over } }, { session });
  });
  return { rest, notes: notes.map((note) => note._id) };
}

/** @returns unresolved payments that the event may explain */
function take(unit: Decisions, event: Received, read: SliceReads, early: string[]): string[] {
  if (is(PaymentReceived, event) || is(PaymentEvidenceAdded, event)) takePayment(unit, event, read);
  else if (is(CustomerSaved, event)) return takeCustomer(unit, event, read);
  else if (is(InvoiceIssued, event) || is(InvoiceChanged, event)) return takeInvoice(unit, event, read);
  else if (is(InvoiceVoided, event)) return takeVoid(unit, event, read);
  else if (is(PaymentRequestPrompted, event)) takeRequest(unit, event, read);
  else if (is(PaymentReversed, event) && !takeReversal(unit, event, read)) {
    unit.isClaimed = true; // the payment must not slip in between our look and our note
    read.reversals.set(event.data.paymentId, reversalOf(event, unit.at));
    early.push(event.data.paymentId);
  }
  return [];
}

const isLive = (event: Received): boolean =>
  (is(PaymentReceived, event) || is(PaymentEvidenceAdded, event) || is(PaymentRequestPrompted, event)) &&
  event.data.mode === 'live';

/** Decides the first few within the slice's own transaction; the rest follow in theirs. */
async function decideNow(deps: Deps, read: SliceReads, again: Again, atOnce: number): Promise<Again> {
  if (again.size === 0) return again;
  const { now, later } = split(again, atOnce);
  const ids = [...now.values()].flatMap((events) => [...events.keys()]);
  const stored = await deps.reads.matches(ids.filter((id) => !read.matches.has(id)));
  decideEach(read.units, now, (id) => read.matches.get(id) ?? stored.get(id));
  return later;
}

async function decideAgain(deps: Deps, again: Again, atOnce: number): Promise<Again> {
  const { now, later } = split(again, atOnce);
  const rows = await deps.reads.organisations([...now.keys()]);
  const matches = await deps.reads.matches([...now.values()].flatMap((events) => [...events.keys()]));
  const units = await beginUnits(deps, [...now.keys()], rows, new Map());
  decideEach(units, now, (id) => matches.get(id));
  await commit(deps, [...units.values()]);
  return later;
}

function decideEach(
  units: ReadonlyMap<string, Decisions>,
  again: Again,
  stored: (paymentId: string) => Match | undefined,
): void {
  for (const [organisationId, events] of again) {
    const unit = units.get(organisationId);
    for (const [paymentId, event] of events) {
      const match = unit?.matches.get(paymentId)?.now ?? stored(paymentId);
      if (!unit || !match || !isUnexplained(match) || match.organisationId !== organisationId) continue;
      decidePayment(unit, match, event.cause, `${event.type} fits`);
    }
  }
}

function split(again: Again, atOnce: number): { now: Again; later: Again } {
  const now: Again = new Map();
  const later: Again = new Map();
  let room = atOnce;
  for (const [organisationId, events] of again) {
    const all = [...events];
    if (room > 0) now.set(organisationId, new Map(all.slice(0, room)));
    if (all.length > room) later.set(organisationId, new Map(all.slice(Math.max(0, room))));
    room = Math.max(0, room - all.length);
  }
  return { now, later };
}

/** Reversals whose payment did not come with this slice either are kept until it comes. */
async function keepWaiting({ collections }: Deps, read: SliceReads, early: readonly string[]): Promise<void> {
  const waiting = early.flatMap((id) => (hasArrived(read, id) ? [] : (read.reversals.get(id) ?? [])));
  if (waiting.length === 0) return;
  await collections.reversals.bulkWrite(
    waiting.map(({ _id, ...row }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: row }, upsert: true },
    })),
  );
}

const hasArrived = ({ units, reversals }: SliceReads, paymentId: string): boolean =>
  units.get(reversals.get(paymentId)?.organisationId ?? '')?.matches.has(paymentId) === true;
