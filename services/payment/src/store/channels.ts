import type { PaymentChannelFilter } from '@malipo/api-contracts';
import { type Collection, type Db, lapsed, listPage, type PageQuery, type Tx } from '@malipo/service-kit';
import type { Channel } from '../domain/telling.ts';

/** A callback secret: compared by fingerprint, sealed because STK needs the URL in clear. */
export type ChannelSecret = { fingerprint: string; sealed: string; retireAt: Date | null };

export type PullState = {
  enabled: boolean;
  lastGoodAt: Date | null;
  leaseUntil: Date;
  /** How many rounds ago the provider began to refuse; absent where it does not. */
  refusedRounds?: number;
};

/** A channel with what only this service may see. */
export type StoredChannel = Channel & {
  version: number;
  rail: 'mpesa';
  name: string;
  /** Newest first. */
  secrets: ChannelSecret[];
  /** Sealed JSON of the provider credentials. */
  credentials: string | null;
  /** The secret whose addresses the provider last took from us. */
  registered: { fingerprint: string; at: Date } | null;
  pull: PullState;
  createdAt: Date;
};

type Added = 'closedAt' | 'registered' | 'formerStoreNumbers';
/** Rows of before lack what was added since. */
export type ChannelDoc = Omit<StoredChannel, 'id' | Added> & Partial<Pick<StoredChannel, Added>> & { _id: string };

/** Rows of before lack the field, which is as good as null. */
const CLOSED_AT = { open: { closedAt: null }, closed: { closedAt: { $ne: null } } };

export function createChannelStore(db: Db) {
  const channels: Collection<ChannelDoc> = db.collection('payment_channels');
  return {
    /** @throws E11000 where the short code is taken */
    async insert({ id, ...rest }: StoredChannel, { session }: Tx): Promise<void> {
      await channels.insertOne({ _id: id, ...rest }, { session });
    },
    async loadMany(ids: readonly string[]): Promise<Map<string, StoredChannel>> {
      const docs = await channels.find({ _id: { $in: [...ids] } }).toArray();
      return new Map(docs.map((doc) => [doc._id, toChannel(doc)]));
    },
    async find(organisationId: string, id: string): Promise<StoredChannel | undefined> {
      const doc = await channels.findOne({ _id: id, organisationId });
      return doc ? toChannel(doc) : undefined;
    },
    /** Open ones, up to two: enough to know whether there is only one. */
    async findOnly(organisationId: string): Promise<StoredChannel[]> {
      return (await channels.find({ organisationId, closedAt: null }).limit(2).toArray()).map(toChannel);
    },
    async newest(limit: number): Promise<StoredChannel[]> {
      return (await channels.find().sort({ _id: -1 }).limit(limit).toArray()).map(toChannel);
    },
    list<View>(
      organisationId: string,
      { status, ...fields }: PaymentChannelFilter,
      query: PageQuery,
      view: (channel: StoredChannel) => View,
    ) {
      const filter = { ...fields, organisationId, ...(status ? CLOSED_AT[status] : {}) };
      return listPage(channels, filter, 'createdAt', query, (doc) => view(toChannel(doc)));
    },
    /** Compare-and-set on the version before; what its Pull has done is written apart. @returns whether it won */
    async save({ id, pull: _, ...rest }: StoredChannel, { session }: Tx): Promise<boolean> {
      const before = { _id: id, version: rest.version - 1 };
      const { matchedCount } = await channels.updateOne(before, { $set: rest }, { session });
      return matchedCount === 1;
    },
    async enablePull(id: string): Promise<void> {
      await channels.updateOne({ _id: id }, { $set: { 'pull.enabled': true } });
    },
    /** Lets a channel that the provider refuses rest no longer: what it refused may be mended. */
    async pullAtOnce(id: string, now: Date, tx?: Tx): Promise<void> {
      const refused = { _id: id, 'pull.refusedRounds': { $exists: true } };
      const due = { $set: { 'pull.leaseUntil': now, 'pull.refusedRounds': 0 } };
      await channels.updateOne(refused, due, tx ? { session: tx.session } : {});
    },
    /** Takes the channel whose Pull is most overdue. */
    async takePull(now: Date, leaseMs: number): Promise<StoredChannel | undefined> {
      const doc = await channels.findOneAndUpdate(
        {
          'pull.enabled': true,
          $or: lapsed(now, leaseMs).map((leaseUntil) => ({ 'pull.leaseUntil': leaseUntil })),
        },
        { $set: { 'pull.leaseUntil': new Date(now.getTime() + leaseMs) } },
        { sort: { 'pull.leaseUntil': 1 }, returnDocument: 'after' },
      );
      return doc ? toChannel(doc) : undefined;
    },
    /** Notes up to when everything is known, and lengthens the lease for what is left. @returns whether it was refused until now */
    async donePull(id: string, lastGoodAt: Date, leaseUntil: Date): Promise<boolean> {
      const before = await channels.findOneAndUpdate(
        { _id: id },
        {
          $set: { 'pull.lastGoodAt': lastGoodAt, 'pull.leaseUntil': leaseUntil },
          $unset: { 'pull.refusedRounds': '' },
        },
      );
      return before?.pull.refusedRounds !== undefined;
    },
    /** Counts a round in which a channel that is refused was asked in vain or let rest, unless it was changed since. */
    async refusedPull({ id, version }: StoredChannel): Promise<void> {
      await channels.updateOne({ _id: id, version }, { $inc: { 'pull.refusedRounds': 1 } });
    },
  };
}

export type ChannelStore = ReturnType<typeof createChannelStore>;

const LACKING = { closedAt: null, registered: null, formerStoreNumbers: [] };

const toChannel = ({ _id, ...rest }: ChannelDoc): StoredChannel => ({ ...LACKING, ...rest, id: _id });
