import type { ClientSession } from '@malipo/service-kit';
import type { Receivable } from '../domain/receivable.ts';
import { offersIn } from '../domain/refusal.ts';
import { type Changed, pad, suspectedOf, type Unit } from '../domain/unit.ts';
import type { Collections, ReopenedDoc, RulesVersionDoc } from './collections.ts';

/** Inserts what commands keep beside matches and ledger; nothing on the hot path. */
export async function writeBeside(
  { reopened, rulesVersions }: Collections,
  units: readonly Unit<unknown>[],
  session: ClientSession,
): Promise<void> {
  const notes = units.flatMap(noteOf);
  if (notes.length > 0) await reopened.insertMany(notes, { session });
  const versions = units.flatMap(rulesVersionOf);
  if (versions.length > 0) await rulesVersions.insertMany(versions, { session });
}

type Worth = Pick<ReopenedDoc, 'invoiceIds' | 'except'> & { customerIds: string[] };

/** What is worth looking at after a unit, and is not looked at in it. */
function noteOf(unit: Unit<unknown>): ReopenedDoc[] {
  const worth = unit.state ? leftByEngine(unit) : leftByPerson(unit);
  if (worth.invoiceIds.length + worth.customerIds.length === 0) return [];
  const { organisationId, at, looks } = unit;
  const cause = unit.entries[0]?.cause ?? organisationId;
  return [{ _id: `${organisationId}:${pad((unit.seq ?? 0) + 1)}`, organisationId, ...worth, cause, at, looks }];
}

/** A unit without the engine cannot look at what waits. Whoever goes live starts from nothing. */
const leftByPerson = ({ receivables, cleared, matches, isClaimed }: Unit<unknown>): Worth =>
  isClaimed
    ? { invoiceIds: [], customerIds: [], except: [] }
    : { invoiceIds: [...receivables.keys()], customerIds: [...cleared], except: [...matches.keys()] };

/**
 * One with it leaves what its own decisions took from offers that stand beside people's words and from suggestions, and whom
 * they cleared.
 */
function leftByEngine(unit: Unit<unknown>): Worth {
  const offers = offersIn(unit);
  const given = new Set(offers.flatMap((offer) => offer.now));
  const dealtWith = new Set(offers.map((offer) => offer.paymentId));
  const isOffered = (invoiceId: string) =>
    given.has(invoiceId) || [...unit.offering(invoiceId)].some((id) => !dealtWith.has(id));
  const isSuspected = (customerId: string) => [...suspectedOf(unit, customerId)].length > 0;
  // the engine pays one that other money may be meant for only where that money answers our own prompt
  const isTaken = ({ before, now }: Changed<Receivable>) =>
    now.paidBy.length > (before?.paidBy.length ?? 0) && isSuspected(now.customerId);
  const isWorth = ([invoiceId, changed]: [string, Changed<Receivable>]) => isOffered(invoiceId) || isTaken(changed);
  return {
    invoiceIds: [...unit.receivables].filter(isWorth).map(([invoiceId]) => invoiceId),
    customerIds: [...unit.cleared].filter(isSuspected),
    except: [],
  };
}

function rulesVersionOf({ organisationId, rulesVersion }: Unit<unknown>): RulesVersionDoc[] {
  if (!rulesVersion) return [];
  const version = rulesVersion.after.version ?? 1;
  return [{ _id: `${organisationId}:${pad(version)}`, organisationId, version, ...rulesVersion }];
}
