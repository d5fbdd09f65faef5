import {
  type AnyBulkWriteOperation,
  type ClientSession,
  type OutgoingEvent,
  RaceLostError,
  type Relay,
} from '@malipo/service-kit';
import { type AccountTotals, addToTotals } from '../domain/ledger.ts';
import { isOpen, type Match } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { type ChangedMatch, isEmpty, pad, type Unit } from '../domain/unit.ts';
import { writeBeside } from './beside.ts';
import {
  type Collections,
  type CustomerDoc,
  fromReceivable,
  type MatchDoc,
  type OrganisationDoc,
  type ReceivableDoc,
} from './collections.ts';

type Work = Unit<OutgoingEvent>;

/**
 * Writes units in one transaction, or none of them, and announces them. Each organisation's `seq` must still be what its
 * unit was decided on: then nothing that the decisions rest on can have changed, whichever replica wrote it. So only the
 * heads are compared; all else is written by `_id` alone.
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
    await moveHeads(collections, work, session);
    await writeReceivables(collections, work, session);
    await writeMatches(collections, work, session);
    await writeRecords(collections, work, session);
    await writeBeside(collections, work, session);
    for (const unit of work) for (const { events } of unit.matches.values()) tell(...events);
    await also?.(session);
  });
}

export const factsId = (organisationId: string, seq: number): string => `${organisationId}:${pad(seq)}`;

async function moveHeads(
  { organisations }: Collections,
  units: readonly Work[],
  session: ClientSession,
): Promise<void> {
  const created: AnyBulkWriteOperation<OrganisationDoc>[] = units
    .filter((unit) => unit.seq === null)
    .map((unit) => ({
      insertOne: { document: { _id: unit.organisationId, seq: 0, mode: unit.modeAfter } },
    }));
  if (created.length > 0) await organisations.bulkWrite(created, { session, ordered: false });
  const moves = units.map((unit) => ({
    updateOne: {
      filter: { _id: unit.organisationId, seq: unit.seq ?? 0 },
      update: {
        $inc: { seq: 1, ...totalsOf(unit) },
        $set: {
          mode: unit.modeAfter,
          ...lastDecision(unit),
          ...(unit.rulesAfter ? { rules: unit.rulesAfter } : {}),
          ...(unit.learningAfter ? { learning: unit.learningAfter } : {}),
        },
      },
    },
  }));
  const { matchedCount } = await organisations.bulkWrite(moves, { session, ordered: false });
  if (matchedCount !== units.length) throw new RaceLostError('an organisation');
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
  if (changes.length === 0) return;
  const operations = changes.map(({ before, now }): AnyBulkWriteOperation<ReceivableDoc> => {
    if (!before) return { insertOne: { document: fromReceivable(now) } };
    return { updateOne: { filter: { _id: now.invoiceId }, update: { $set: differences(before, now) } } };
  });
  const { matchedCount } = await receivables.bulkWrite(operations, { session, ordered: false });
  if (matchedCount !== changes.filter((change) => change.before).length) throw new RaceLostError('an invoice');
}

/** Only what changed: what is set anew costs the index and the log, changed or not. */
function differences(before: Receivable, now: Receivable): Partial<Omit<ReceivableDoc, '_id'>> {
  const { invoiceId: _, ...row } = now;
  const old: Record<string, unknown> = before;
  return Object.fromEntries(Object.entries(row).filter(([field, value]) => old[field] !== value));
}

async function writeMatches({ matches }: Collections, units: readonly Work[], session: ClientSession): Promise<void> {
  const changes = units.flatMap((unit) => [...unit.matches.values()]);
  if (changes.length === 0) return;
  const operations = changes.map(matchOperation);
  const { matchedCount } = await matches.bulkWrite(operations, { session, ordered: false });
  if (matchedCount !== changes.filter((change) => change.before).length) throw new RaceLostError('a match');
}

function matchOperation({ before, now }: ChangedMatch<OutgoingEvent>): AnyBulkWriteOperation<MatchDoc> {
  const { paymentId: _id, ...row } = now;
  const fields = { ...row, open: isOpen(now), queuedAt: new Date(now.payment.receivedAt) };
  if (!before) return { insertOne: { document: { _id, ...fields } } };
  return { updateOne: { filter: { _id }, update: { $set: fields } } };
}

/** Entries, facts, customers and requests: plain inserts, except that a customer has one row. */
async function writeRecords(collections: Collections, units: readonly Work[], session: ClientSession): Promise<void> {
  const entries = units.flatMap((unit) =>
    unit.entries.map(({ id, ...entry }, index) => ({
      _id: id,
      ...entry,
      position: `${pad((unit.seq ?? 0) + 1)}:${String(index).padStart(6, '0')}`,
    })),
  );
  if (entries.length > 0) await collections.entries.insertMany(entries, { session, ordered: false });
  const facts = units.map((unit) => ({
    _id: factsId(unit.organisationId, (unit.seq ?? 0) + 1),
    facts: unit.facts,
    invoiceIds: [...unit.receivables.keys()],
    at: unit.at,
  }));
  await collections.facts.insertMany(facts, { session, ordered: false });
  const customers = units.flatMap((unit) =>
    [...unit.customers.values()].map(({ customerId, ...row }) => ({
      _id: customerId,
      organisationId: unit.organisationId,
      ...row,
    })),
  );
  if (customers.length > 0)
    await collections.customers.bulkWrite(customers.map(replaceCustomer), { session, ordered: false });
  const requests = units.flatMap((unit) =>
    [...unit.requests].map((_id) => ({ _id, organisationId: unit.organisationId })),
  );
  if (requests.length > 0) await collections.requests.insertMany(requests, { session, ordered: false });
}

const replaceCustomer = (row: CustomerDoc): AnyBulkWriteOperation<CustomerDoc> => {
  const { _id, ...replacement } = row;
  return { replaceOne: { filter: { _id, organisationId: row.organisationId }, replacement, upsert: true } };
};
