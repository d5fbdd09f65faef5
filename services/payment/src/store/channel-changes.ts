import { type Collection, type Db, listPage, type PageQuery, type Tx } from '@malipo/service-kit';
import type { ChannelChange } from '../domain/channel-change.ts';

export const CHANNEL_CHANGES = 'payment_channel_changes';

type ChangeDoc = Omit<ChannelChange, 'id'> & { _id: string };

/** Who changed which channel how: written by the commit of the change itself, and never again. */
export function createChannelChanges(db: Db) {
  const changes: Collection<ChangeDoc> = db.collection(CHANNEL_CHANGES);
  return {
    async insert({ id, ...rest }: ChannelChange, { session }: Tx): Promise<void> {
      await changes.insertOne({ _id: id, ...rest }, { session });
    },
    list<View>(organisationId: string, channelId: string, query: PageQuery, view: (change: ChannelChange) => View) {
      return listPage(changes, { organisationId, channelId }, 'at', query, ({ _id, ...rest }) =>
        view({ id: _id, ...rest }),
      );
    },
  };
}

export type ChannelChanges = ReturnType<typeof createChannelChanges>;
