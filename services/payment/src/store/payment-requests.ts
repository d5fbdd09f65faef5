import { Binary, type Collection, type Db, lapsed, listPage, type PageQuery, type Tx } from '@malipo/service-kit';
import { isOpen, lookAfter, type OpenRequest, type PaymentRequest } from '../domain/payment-request.ts';
import type { Span } from '../domain/request-answers.ts';
import type { RawMessage } from '../domain/telling.ts';

type Added = 'businessShortcode' | 'sealedPasskey';
/** Rows of before lack what was added since. */
export type RequestDoc = Omit<PaymentRequest, 'id' | Added> &
  Partial<Pick<PaymentRequest, Added>> & {
    _id: string;
    /** Present while open: the unique index over it allows one open push per payer and purpose. */
    open?: true;
    /** What is paid for: the invoice, else the reference. */
    purpose: string;
    /** When to look once more for its money; present where it ended and expects some. */
    lookAt?: Date;
    messages: { body: Binary; bytes: number; from: string; receivedAt: Date }[];
  };

export const REQUESTS = 'payment_requests';

const WITHOUT_EXTRAS = { messages: 0 } as const;

/** Letters are equal whatever their case; the index of references has the same. */
export const ANY_CASE = { locale: 'en', strength: 2 } as const;

type RequestFilter = {
  [Field in 'status' | 'invoiceId' | 'customerId' | 'channelId']?: RequestDoc[Field] | undefined;
};

export function createRequestStore(db: Db) {
  const requests: Collection<RequestDoc> = db.collection(REQUESTS);
  return {
    /** @throws E11000 where an open request of the same payer for the same purpose exists */
    async insert(request: PaymentRequest): Promise<void> {
      const { id, ...rest } = request;
      const purpose = request.invoiceId ?? request.accountReference;
      await requests.insertOne({ _id: id, ...rest, purpose, open: true, messages: [] });
    },

    /** Compare-and-set on the version before. @returns whether it won */
    async save(request: PaymentRequest, { session }: Tx, raw?: RawMessage): Promise<boolean> {
      const { id, ...rest } = request;
      const message = raw && {
        body: new Binary(raw.body),
        bytes: raw.bytes,
        from: raw.from,
        receivedAt: raw.receivedAt,
      };
      const { matchedCount } = await requests.updateOne(
        { _id: id, version: request.version - 1 },
        { ...(message ? { $push: { messages: { $each: [message], $slice: 10 } } } : {}), ...movedTo(rest) },
        { session },
      );
      return matchedCount === 1;
    },

    async findMany(ids: readonly string[], checkoutRequestIds: readonly string[]): Promise<PaymentRequest[]> {
      const found = await requests
        .find(
          { $or: [{ _id: { $in: [...ids] } }, { checkoutRequestId: { $in: [...checkoutRequestIds] } }] },
          { projection: WITHOUT_EXTRAS },
        )
        .toArray();
      return found.map(toRequest);
    },

    /** Requests that still expect such money: all, or those with one of the references. Asks nothing for no channel. */
    async findExpecting(span: Span, references?: readonly string[]): Promise<OpenRequest[]> {
      const { channelIds, amountsCents, endedSince, madeUntil } = span;
      if (channelIds.length === 0) return [];
      const filter = {
        expects: true,
        channelId: { $in: channelIds },
        amountCents: { $in: amountsCents },
        settledAt: { $not: { $lt: endedSince } }, // or not ended at all
        createdAt: { $lte: madeUntil },
        ...(references ? { accountReference: { $in: [...references] } } : {}),
      };
      const found = await requests.find(filter, { projection: WITHOUT_EXTRAS }).toArray();
      return found.map(toRequest);
    },

    /** Was there a prompt with this reference, in capitals or not, at the channel since then? */
    async knowsReference(channelId: string, reference: string, since: Date, timeoutMs: number): Promise<boolean> {
      const filter = { channelId, accountReference: reference, createdAt: { $gte: since } };
      const options = { projection: { _id: 1 }, collation: ANY_CASE, maxTimeMS: timeoutMs } as const;
      return (await requests.findOne(filter, options)) !== null;
    },

    async find(organisationId: string, id: string): Promise<PaymentRequest | undefined> {
      const doc = await requests.findOne({ _id: id, organisationId }, { projection: WITHOUT_EXTRAS });
      return doc ? toRequest(doc) : undefined;
    },

    /** Takes the next request that is due, so that no other worker asks at the same time. @param longestMs how long one waits at most */
    async takeDue(now: Date, until: Date, longestMs: number): Promise<PaymentRequest | undefined> {
      const doc = await requests.findOneAndUpdate(
        { open: true, $or: lapsed(now, longestMs).map((nextQueryAt) => ({ nextQueryAt })) },
        { $set: { nextQueryAt: until }, $inc: { queries: 1 } },
        { sort: { nextQueryAt: 1 }, returnDocument: 'after', projection: WITHOUT_EXTRAS },
      );
      return doc ? toRequest(doc) : undefined;
    },

    async postpone(id: string, nextQueryAt: Date): Promise<void> {
      await requests.updateOne({ _id: id, open: true }, { $set: { nextQueryAt } });
    },

    /** Has these looked at once more, at `at`: money that came for them is about to be committed. */
    async lookAgain(ids: readonly string[], lookAt: Date): Promise<void> {
      await requests.updateMany({ _id: { $in: [...ids] } }, { $set: { lookAt } });
    },

    /** Takes the next that is to be looked at, for as long as the lease. @param longestMs how far ahead one is noted at most */
    async takeLook(now: Date, leaseUntil: Date, longestMs: number): Promise<PaymentRequest | undefined> {
      const doc = await requests.findOneAndUpdate(
        { $or: lapsed(now, longestMs).map((lookAt) => ({ lookAt })) },
        { $set: { lookAt: leaseUntil } },
        { sort: { lookAt: 1 }, returnDocument: 'after', projection: WITHOUT_EXTRAS },
      );
      return doc ? toRequest(doc) : undefined;
    },

    /** Nothing is left to look for, unless money came meanwhile. */
    async looked(id: string, leaseUntil: Date): Promise<void> {
      await requests.updateOne({ _id: id, lookAt: leaseUntil }, { $unset: { lookAt: '' } });
    },

    list<View>(
      organisationId: string,
      filter: RequestFilter,
      query: PageQuery,
      view: (request: PaymentRequest) => View,
    ) {
      return listPage(requests, { ...filter, organisationId }, 'createdAt', query, (doc) => view(toRequest(doc)));
    },
  };
}

export type RequestStore = ReturnType<typeof createRequestStore>;

/** What a change leaves: the marks of open ones, and of those that ended and expect money. */
function movedTo(request: Omit<PaymentRequest, 'id'>) {
  if (isOpen(request)) return { $set: request };
  const { settledAt, expects } = request;
  if (!settledAt || !expects) return { $set: request, $unset: { open: '', lookAt: '' } as const };
  return { $set: { ...request, lookAt: lookAfter(settledAt) }, $unset: { open: '' } as const };
}

const toRequest = ({
  _id,
  open: _,
  purpose: __,
  lookAt: ___,
  messages: ____,
  ...rest
}: RequestDoc): PaymentRequest => ({
  ...LACKING,
  ...rest,
  id: _id,
});

const LACKING = { businessShortcode: null, sealedPasskey: null };
