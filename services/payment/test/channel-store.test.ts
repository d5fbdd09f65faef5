import { randomUUID } from 'node:crypto';
import { connectMongo, type Mongo, type Tx } from '@malipo/service-kit';
import { createSlice } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createChannelStore, type StoredChannel } from '../src/store/channels.ts';

let slice: ReturnType<typeof createSlice>;
let mongo: Mongo;
beforeEach(() => {
  slice = createSlice();
  mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}payment`);
});
afterEach(async () => {
  await mongo.close();
  await slice.drop();
});

it('a channel that is saved from an older look keeps what its Pull has done meanwhile', async () => {
  const channels = createChannelStore(mongo.db);
  const channel = {
    id: randomUUID(),
    organisationId: randomUUID(),
    version: 1,
    name: 'Shop',
    secrets: [],
    pull: { enabled: false, lastGoodAt: null, leaseUntil: new Date(0) },
  } as unknown as StoredChannel;
  const write = <T>(work: (tx: Tx) => Promise<T>) => mongo.transaction((session) => work({ session, tell: () => {} }));
  const save = (changed: StoredChannel) => write((tx) => channels.save(changed, tx));
  await write((tx) => channels.insert(channel, tx));
  await channels.enablePull(channel.id);
  expect(await save({ ...channel, version: 2, name: 'Shop, renamed' })).toBe(true);
  expect((await channels.loadMany([channel.id])).get(channel.id)).toMatchObject({
    version: 2,
    name: 'Shop, renamed',
    pull: { enabled: true },
  });
  expect(await save({ ...channel, version: 2 })).toBe(false);
});
