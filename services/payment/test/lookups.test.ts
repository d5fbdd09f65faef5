import { randomUUID } from 'node:crypto';
import { connectMongo, type Mongo } from '@malipo/service-kit';
import { createSlice } from '@malipo/test-kit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { receivePayment } from '../src/domain/payment.ts';
import type { PaymentRequest } from '../src/domain/payment-request.ts';
import type { Telling } from '../src/domain/telling.ts';
import { aChannel, aRequest, aTelling } from '../src/domain/testing/builders.ts';
import { migrations } from '../src/store/migrations.ts';
import { createRequestStore, REQUESTS, type RequestDoc } from '../src/store/payment-requests.ts';
import { createPaymentStore } from '../src/store/payments.ts';
import { times } from './support.ts';

/** Looks for a prompt's money and for the prompt of money read what they need and little else, however much there is. */
let slice: ReturnType<typeof createSlice>;
let mongo: Mongo;
let requests: ReturnType<typeof createRequestStore>;
beforeAll(async () => {
  slice = createSlice();
  mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}payment`);
  for (const { up } of migrations) await up(mongo.db);
  requests = createRequestStore(mongo.db);
});
afterAll(async () => {
  await mongo.close();
  await slice.drop();
});

const PAID = new Date('2026-01-15T05:31:20Z');
const minutes = (count: number) => new Date(PAID.getTime() + count * 60_000);
let channelId: string;
beforeEach(() => {
  channelId = randomUUID();
});

const insert = async (...rows: Partial<PaymentRequest>[]): Promise<void> => {
  const docs = rows.map((changes): RequestDoc => {
    const { id, ...rest } = aRequest({ channelId, id: randomUUID(), checkoutRequestId: null, ...changes });
    return { _id: id, ...rest, purpose: id, messages: [] };
  });
  await mongo.db.collection<RequestDoc>(REQUESTS).insertMany(docs);
};

const lapsed = (at: number, changes: Partial<PaymentRequest> = {}) =>
  ({ status: 'expired', createdAt: minutes(at - 5), settledAt: minutes(at), ...changes }) as const;

/** How many index keys and documents the server read for what `look` asks. */
async function readFor<T>(look: () => Promise<T>): Promise<{ found: T; read: number }> {
  await mongo.db.command({ profile: 2, filter: { op: 'query' } });
  const found = await look();
  await mongo.db.command({ profile: 0 });
  const [entry] = await mongo.db.collection('system.profile').find({ op: 'query' }).sort({ ts: -1 }).limit(1).toArray();
  return { found, read: entry?.keysExamined + entry?.docsExamined };
}

it.each([
  ['all of a till', undefined],
  ['those with a reference', ['INV0042']],
])(
  'money looks at the requests that it may answer, and not at those that ended before: %s',
  async (_what, references) => {
    await insert(
      ...times(500, (index) => lapsed(-10 - index)),
      { id: `${channelId} open` },
      lapsed(-1, { id: `${channelId} just ended` }),
      lapsed(-1, { amountCents: 100 }),
      { createdAt: minutes(10) },
      { expects: false },
    );
    const span = { channelIds: [channelId], amountsCents: [150_000], endedSince: minutes(-2), madeUntil: minutes(2) };
    const { found, read } = await readFor(() => requests.findExpecting(span, references));
    expect(found.map(({ id }) => id).toSorted()).toEqual([`${channelId} just ended`, `${channelId} open`]);
    expect(read).toBeLessThan(20);
  },
);

it('a reference is known by any prompt of its channel that is not too old, however it is written', async () => {
  await insert(
    ...times(200, () => ({ accountReference: 'OTHER' })),
    lapsed(0, { accountReference: 'Deposit7', expects: false }),
    lapsed(-1_000, { accountReference: 'OLD1' }),
  );
  const knows = (reference: string, channel = channelId) =>
    readFor(() => requests.knowsReference(channel, reference, minutes(-100), 1_000));
  const known = await knows('DEPOSIT7');
  expect([known.found, known.read < 5]).toEqual([true, true]);
  expect(await knows('OLD1')).toMatchObject({ found: false });
  expect(await knows('DEPOSIT7', randomUUID())).toMatchObject({ found: false });
});

it('a prompt looks for money that came since it was made, and for none of another prompt', async () => {
  const payments = createPaymentStore(mongo.db);
  const channel = aChannel({ id: channelId, organisationId: channelId });
  const received = (at: number, changes: Partial<Telling> = {}, request?: PaymentRequest) => {
    const telling = aTelling({ channel, receipt: randomUUID(), ...changes });
    return receivePayment({ ...telling, raw: { ...telling.raw, receivedAt: minutes(at) } }, request);
  };
  const rows = [
    ...times(500, (index) => received(-1 - index)),
    received(1, { receipt: 'FITS' }),
    received(1, { amountCents: 100 }),
    received(1, { channel: aChannel({ organisationId: channelId }) }),
    received(1, { kind: 'stk' }),
    received(1, {}, aRequest()),
  ];
  await mongo.transaction((session) => payments.insertAll(rows, { session, tell: () => undefined }));
  const request = aRequest({ channelId, organisationId: channelId, createdAt: minutes(0) });
  const { found, read } = await readFor(() => payments.findUnlinked(request));
  expect(found).toMatchObject([{ id: rows[500]?.id, channel: { kind: 'paybill' }, reference: 'INV0042' }]);
  expect(read).toBeLessThan(20);
});
