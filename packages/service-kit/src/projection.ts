import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';

/** A row of a projection: a copy of what another service told, with the version it told. */
export type ProjectionRow = { _id: string; version: number };

/**
 * Keeps the newest version of each row, whatever order and however often they come; one round trip for all.
 * The condition is evaluated by the server inside the update, so two writers at once cannot put an old row back.
 */
export async function keepNewest<Row extends ProjectionRow>(
  collection: Collection<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const target = collection as unknown as Collection<Document & { _id: string }>;
  await target.bulkWrite(rows.map(replaceOlder), { ordered: false });
}

const replaceOlder = (row: ProjectionRow): AnyBulkWriteOperation<Document & { _id: string }> => ({
  updateOne: {
    filter: { _id: row._id },
    // `$literal`: text from outside may begin with a dollar sign
    update: [
      {
        $replaceWith: {
          $cond: [{ $lt: [{ $ifNull: ['$version', 0] }, row.version] }, { $literal: row }, '$$ROOT'],
        },
      },
    ],
    upsert: true,
  },
});
