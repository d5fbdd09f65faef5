import { type ClientSession, type Collection, type Document, type Update, updateAll } from '@malipo/service-kit';
import type { DayRow, Freshness } from './collections.ts';

/** What to add to one day; its key is organisation, mode (payments only), currency and day, joined by colons. */
export type DaySums = { key: string; figures: ReadonlyMap<string, number>; newest: Freshness };

/** Adds sums to their days, creating the days that are not there. */
export async function addUp<Row extends DayRow>(
  days: Collection<Row>,
  sums: readonly DaySums[],
  session: ClientSession,
): Promise<void> {
  const target = days as unknown as Collection<Document & { _id: string }>;
  await updateAll(target, sums.map(toUpdate), session);
}

const toUpdate = ({ key, figures, newest }: DaySums): Update<Document & { _id: string }> => ({
  filter: { _id: key },
  update: {
    $setOnInsert: partsOf(key),
    $max: { newest },
    ...(figures.size > 0 ? { $inc: Object.fromEntries(figures) } : {}),
  },
  upsert: true,
});

function partsOf(key: string): Document {
  const parts = key.split(':');
  const [organisationId] = parts;
  const [currency, day] = parts.slice(-2);
  return { organisationId, currency, day, ...(parts.length === 4 ? { mode: parts[1] } : {}) };
}
