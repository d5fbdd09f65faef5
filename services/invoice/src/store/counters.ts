import type { Db } from '@malipo/service-kit';

type Counter = { _id: string; organisationId: string; last: number };

/** Counts per organisation and name; a number once taken never comes back, so gaps are normal. */
export function createCounterStore(db: Db) {
  const counters = db.collection<Counter>('counters');
  return {
    /** Takes `count` numbers in a row. @returns the first of them, 1 or more */
    async take(organisationId: string, name: string, count: number): Promise<number> {
      const _id = `${organisationId}:${name}`;
      const counter = await counters.findOneAndUpdate(
        { _id },
        { $inc: { last: count }, $setOnInsert: { organisationId } },
        { upsert: true, returnDocument: 'after' },
      );
      return (counter?.last ?? count) - count + 1;
    },

    /** Takes `count`, unless more than `most` would be taken then. @returns was it taken? */
    async takeWithin(organisationId: string, name: string, count: number, most: number): Promise<boolean> {
      const _id = `${organisationId}:${name}`;
      const taken = async () =>
        (await counters.updateOne({ _id, last: { $lte: most - count } }, { $inc: { last: count } })).matchedCount === 1;
      if (await taken()) return true;
      await counters.updateOne({ _id }, { $setOnInsert: { organisationId, last: 0 } }, { upsert: true });
      return taken();
    },
  };
}
