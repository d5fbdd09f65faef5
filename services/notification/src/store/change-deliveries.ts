import { type ClientSession, type Collection, findByIds, type Tx, type Update, updateAll } from '@malipo/service-kit';
import type { Delivery } from '../domain/delivery.ts';
import type { Row } from './delivery-row.ts';
import { changeOfMarks } from './marks.ts';

/** A change to write, unless somebody else was first. */
export type Change = { before: Delivery; after: Delivery };

/**
 * Writes what is still as it was read. What the transaction read cannot have been changed by somebody else when it commits,
 * so that updates go by `_id` alone.
 * @returns for each change whether it was written: not where somebody else was first
 */
export async function save(rows: Collection<Row>, changes: readonly Change[], { session }: Tx): Promise<boolean[]> {
  const held = await versionsOf(
    rows,
    changes.map(({ before }) => before.id),
    session,
  );
  const won = changes.map(({ before, after }) => {
    if (held.get(before.id) !== before.version) return false;
    held.set(before.id, after.version);
    return true;
  });
  await updateAll(rows, changes.filter((_change, index) => won[index]).map(toUpdate), session);
  return won;
}

async function versionsOf(
  rows: Collection<Row>,
  ids: readonly string[],
  session: ClientSession,
): Promise<Map<string, number>> {
  const found = await findByIds(rows, ids, { projection: { version: 1 }, session });
  return new Map(found.map((row) => [row._id, row.version]));
}

/** Only what changed, with the marks that go with it. */
export function toUpdate({ before, after }: Change): Update<Row> {
  const { set, unset } = changeOfMarks(before, after);
  return {
    filter: { _id: after.id },
    update: {
      $set: { ...differences(before, after), ...set },
      ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
    },
  };
}

/** Only what changed: what is set anew costs the indexes and the log, changed or not. */
function differences(before: Delivery, after: Delivery): Partial<Omit<Row, '_id'>> {
  const { id: _, ...row } = after;
  const old: Record<string, unknown> = before;
  return Object.fromEntries(Object.entries(row).filter(([field, value]) => old[field] !== value));
}
