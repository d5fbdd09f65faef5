import { createHash } from 'node:crypto';
import { Binary, type Collection, type Db, isDuplicateKey, listPage, type PageQuery } from '@malipo/service-kit';
import { derivedId } from '@malipo/values';
import type { Delivery, RawMessage } from '../domain/telling.ts';

/** A callback that told of no payment, kept as it came. */
export type Unreadable = {
  organisationId: string;
  channelId: string;
  kind: string;
  reason: string;
  raw: RawMessage;
};

export const toUnreadable = ({ channel, kind, raw }: Delivery, reason: string): Unreadable => ({
  organisationId: channel.organisationId,
  channelId: channel.id,
  kind,
  reason,
  raw,
});

export type UnreadableDoc = {
  _id: string;
  organisationId: string;
  channelId: string;
  kind: string;
  reason: string;
  sha256: string;
  body: Binary;
  bytes: number;
  from: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
};

export function createUnreadableStore(db: Db) {
  const callbacks: Collection<UnreadableDoc> = db.collection('unreadable_callbacks');
  const write = (rows: readonly Unreadable[]) => callbacks.bulkWrite(rows.map(countOrKeep), { ordered: false });
  return {
    /** The same bytes are kept once and counted. */
    async keep(rows: readonly Unreadable[]): Promise<void> {
      if (rows.length === 0) return;
      try {
        await write(rows);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        await write(rows); // two upserts met: now there is a row to count on
      }
    },
    list<View>(organisationId: string, channelId: string, query: PageQuery, view: (row: UnreadableDoc) => View) {
      return listPage(callbacks, { organisationId, channelId }, 'firstAt', query, view);
    },
  };
}

export type UnreadableStore = ReturnType<typeof createUnreadableStore>;

function countOrKeep({ organisationId, channelId, kind, reason, raw }: Unreadable) {
  const sha256 = raw.sha256 ?? createHash('sha256').update(raw.body).digest('hex');
  return {
    updateOne: {
      filter: { _id: derivedId(channelId, kind, sha256) },
      update: {
        $setOnInsert: {
          organisationId,
          channelId,
          kind,
          reason,
          sha256,
          body: new Binary(raw.body),
          bytes: raw.bytes,
          from: raw.from,
          firstAt: raw.receivedAt,
        },
        $inc: { count: 1 },
        $max: { lastAt: raw.receivedAt },
      },
      upsert: true,
    },
  };
}
