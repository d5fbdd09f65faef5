import type { ClientSession } from '@malipo/service-kit';
import { pad, type Unit } from '../domain/unit.ts';
import type { Collections, ReopenedDoc, RulesVersionDoc } from './collections.ts';

/** Inserts what commands keep beside matches and ledger; nothing on the hot path. */
export async function writeBeside(
  { reopened, rulesVersions }: Collections,
  units: readonly Unit<unknown>[],
  session: ClientSession,
): Promise<void> {
  const notes = units.flatMap(movedBy);
  if (notes.length > 0) await reopened.insertMany(notes, { session });
  const versions = units.flatMap(rulesVersionOf);
  if (versions.length > 0) await rulesVersions.insertMany(versions, { session });
}

/** A unit without the engine cannot look at what waits: it leaves a note. Whoever goes live starts from nothing. */
function movedBy(unit: Unit<unknown>): ReopenedDoc[] {
  if (unit.state || unit.receivables.size === 0 || unit.isClaimed) return [];
  const { organisationId, at } = unit;
  return [
    {
      _id: `${organisationId}:${pad((unit.seq ?? 0) + 1)}`,
      organisationId,
      invoiceIds: [...unit.receivables.keys()],
      except: [...unit.matches.keys()],
      cause: unit.entries[0]?.cause ?? organisationId,
      at,
    },
  ];
}

function rulesVersionOf({ organisationId, rulesVersion }: Unit<unknown>): RulesVersionDoc[] {
  if (!rulesVersion) return [];
  const version = rulesVersion.after.version ?? 1;
  return [{ _id: `${organisationId}:${pad(version)}`, organisationId, version, ...rulesVersion }];
}
