import {
  type ClientSession,
  insertAll,
  isDuplicateKey,
  type OutgoingEvent,
  RaceLostError,
  type Relay,
  type Update,
  updateAll,
} from '@malipo/service-kit';
import { type AccountTotals, addToTotals } from '../domain/ledger.ts';
import { isOpen, type Match } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { offersIn } from '../domain/refusal.ts';
import { isEmpty, pad, type Unit } from '../domain/unit.ts';
import { writeBeside } from './beside.ts';
import {
  type Collections,
  type CustomerDoc,
  type FactsDoc,
  fromReceivable,
  type OrganisationDoc,
  type ReceivableDoc,
} from './collections.ts';
import { fromMatch } from './match-doc.ts';
import { releaseHolds } from './release-holds.ts';

type Work = Unit<OutgoingEvent>;

/**
 * Writes units in one transaction, or none of them, and announces them. Each organisation's `seq` must still be what its
 * unit was decided on: then nothing that the decisions rest on can have changed, whichever replica wrote it. The primary
 * key of the log says so; all else is written by `_id` alone.
 * @param also what else belongs into the transaction
 * @throws {RaceLostError} read again and decide again
 */
export async function commitUnits(
  relay: Relay,
  collections: Collections,
  units: readonly Work[],
  also?: (session: ClientSession) => Promise<void>,
): Promise<void> {
  const work = units.filter((unit) => !isEmpty(unit));
  if (work.length === 0) return;
  await relay.commit(async ({ session, tell }) => {
    await takeSeqs(collections, work, session);
    await moveHeads(collections, work, session);
    await writeReceivables(collections, work, session);
    await writeMatches(collections, work, session);
    await releaseHolds(collections, work, session);
    await writeRecords(collections, work, session);
    await writeBeside(collections, work, session);
    for (const unit of work) for (const { events } of unit.matches.values()) tell(...events);
    await also?.(session);
  });
}

const factsId = (organisationId: string, seq: number): string => `${organisationId}:${pad(seq)}`;

/**
 * Writes what the engine must remember under each organisation's next `seq`. Who decided on an older one finds it taken.
 * That is the comparison: one in the heads' filters would cost MongoDB half as much again for each head that moves.
 */
async function takeSeqs({ facts }: Collections, units: readonly Work[], session: ClientSession): Promise<void> {
  const added = units.map((unit): FactsDoc => {
    const offers = offersIn(unit);
    return {
      _id: factsId(unit.organisationId, (unit.seq ?? 0) + 1),
      facts: unit.facts,
      invoiceIds: [...unit.receivables.keys()],
      at: unit.at,
      ...(offers.length > 0 ? { offers } : {}),
    };
  });
  await insertAll(facts, added, session).catch((error: unknown) => {
    throw isDuplicateKey(error) ? new RaceLostError('an organisation') : error;
  });
}

async function moveHeads(
  { organisations }: Collections,
  units: readonly Work[],
  session: ClientSession,
): Promise<void> {
  const created = units
    .filter((unit) => unit.seq === null)
    .map((unit): OrganisationDoc => ({ _id: unit.organisationId, seq: 0, mode: unit.modeAfter }));
  await insertAll(organisations, created, session);
  const moves = units.map((unit) => ({
    filter: { _id: unit.organisationId },
    update: {
      $inc: { seq: 1, ...totalsOf(unit) },
      $set: {
        mode: unit.modeAfter,
        ...lastDecision(unit),
        ...(unit.rulesAfter ? { rules: unit.rulesAfter } : {}),
        ...(unit.learningAfter ? { learning: unit.learningAfter } : {}),
      },
    },
  }));
  if ((await updateAll(organisations, moves, session)) !== units.length) throw new RaceLostError('an organisation');
}

const lastDecision = (unit: Work): { lastDecisionAt?: Date } =>
  unit.matches.size > 0 ? { lastDecisionAt: unit.at } : {};

/** What the unit adds to the running totals, by path in the organisation's document. */
function totalsOf(unit: Work): Record<string, number> {
  const added: Record<string, number> = {};
  const add = (path: string, value: number) => {
    if (value !== 0) added[path] = (added[path] ?? 0) + value;
  };
  const ledger = new Map<string, AccountTotals>();
  for (const entry of unit.entries) addToTotals(ledger, entry);
  for (const [path, totals] of ledger) {
    add(`ledger.${path}.debitCents`, totals.debitCents);
    add(`ledger.${path}.creditCents`, totals.creditCents);
  }
  for (const { before, now } of unit.matches.values()) {
    if (before) count(add, before, -1);
    count(add, now, 1);
  }
  return Object.fromEntries(Object.entries(added).filter(([, value]) => value !== 0));
}

function count(add: (path: string, value: number) => void, match: Match, sign: 1 | -1): void {
  add(`counts.${match.mode}.${match.status}`, sign);
  if (!isOpen(match)) return;
  add(`unresolved.${match.mode}.${match.payment.currency}.count`, sign);
  add(`unresolved.${match.mode}.${match.payment.currency}.cents`, sign * match.unappliedCents);
}

async function writeReceivables(
  { receivables }: Collections,
  units: readonly Work[],
  session: ClientSession,
): Promise<void> {
  const changes = units.flatMap((unit) => [...unit.receivables.values()]);
  const added = changes.filter(({ before }) => !before).map(({ now }) => fromReceivable(now));
  const updates = changes.flatMap(({ before, now }) =>
    before ? [{ filter: { _id: now.invoiceId }, update: { $set: differences(before, now) } }] : [],
  );
  await insertAll(receivables, added, session);
  if ((await updateAll(receivables, updates, session)) !== updates.length) throw new RaceLostError('an invoice');
}

/** Only what changed: what is set anew costs the index and the log, changed or not. */
function differences(before: Receivable, now: Receivable): Partial<Omit<ReceivableDoc, '_id'>> {
  const { invoiceId: _, ...row } = now;
  const old: Record<string, unknown> = before;
  return Object.fromEntries(Object.entries(row).filter(([field, value]) => old[field] !== value));
}

async function writeMatches({ matches }: Collections, units: readonly Work[], session: ClientSession): Promise<void> {
  const changes = units.flatMap((unit) => [...unit.matches.values()]);
  const [changed, added] = [changes.filter(({ before }) => before), changes.filter(({ before }) => !before)];
  await insertAll(
    matches,
    added.map(({ now }) => fromMatch(now)),
    session,
  );
  const updates = changed.map(({ now }) => {
    const { _id, ...fields } = fromMatch(now);
    return { filter: { _id }, update: { $set: fields } };
  });
  if ((await updateAll(matches, updates, session)) !== updates.length) throw new RaceLostError('a match');
}

/** Entries, customers and requests: plain inserts, except that a customer has one row. */
async function writeRecords(collections: Collections, units: readonly Work[], session: ClientSession): Promise<void> {
  const entries = units.flatMap((unit) =>
    unit.entries.map(({ id, ...entry }, index) => ({
      _id: id,
      ...entry,
      position: `${pad((unit.seq ?? 0) + 1)}:${String(index).padStart(6, '0')}`,
    })),
  );
  await insertAll(collections.entries, entries, session);
  const customers = units.flatMap((unit) =>
    [...unit.customers.values()].map(({ customerId, ...row }) => ({
      _id: customerId,
      organisationId: unit.organisationId,
      ...row,
    })),
  );
  await updateAll(collections.customers, customers.map(replaceCustomer), session);
  const requests = units.flatMap((unit) =>
    [...unit.requests].map((_id) => ({ _id, organisationId: unit.organisationId })),
  );
  await insertAll(collections.requests, requests, session);
}

const replaceCustomer = (row: CustomerDoc): Update<CustomerDoc> => ({
  filter: { _id: row._id, organisationId: row.organisationId },
  update: row,
  upsert: true,
});
