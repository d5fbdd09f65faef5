import type { Slice } from '@malipo/test-kit';
import { MongoClient } from 'mongodb';
import type { OutgoingEvent } from '../src/index.ts';
import { carrying as carryingFields } from '../src/index.ts';
import type { Count } from './counter-service.ts';

export { type OutgoingEvent, type Running, startService } from '../src/index.ts';

const withCounts = async <T>(
  slice: Slice,
  work: (counts: import('mongodb').Collection<Count>) => Promise<T>,
): Promise<T> => {
  const client = await new MongoClient(slice.mongoUrl).connect();
  try {
    return await work(client.db(`${slice.dbPrefix}counter`).collection<Count>('counts'));
  } finally {
    await client.close();
  }
};

/** What the service has stored for a name. */
export const derivedCount = (slice: Slice, name: string): Promise<number | undefined> =>
  withCounts(slice, async (counts) => (await counts.findOne({ _id: name }))?.total);

/** A document as a process leaves it that died between its write and its publish. */
export const carrying = (slice: Slice, name: string, ...events: OutgoingEvent[]): Promise<unknown> =>
  withCounts(slice, (counts) =>
    counts.insertOne({
      _id: name,
      organisationId: 'o',
      total: 9,
      version: 1,
      createdAt: new Date(),
      ...carryingFields(events, new Date(Date.now() - 10_000)),
    }),
  );
