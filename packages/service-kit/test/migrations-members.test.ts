import { type ReplicaSet, startReplicaSet } from '@malipo/test-kit/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMongo, indexes, type Logger, type Mongo } from '../src/index.ts';
import { migrate } from '../src/migrations.ts';

const DEADLINE_MS = 120_000;
const log = { info: () => undefined } as unknown as Logger;
let set: ReplicaSet;
let mongo: Mongo;
beforeAll(async () => {
  set = await startReplicaSet(3);
  mongo = connectMongo(set.url, 'members');
}, DEADLINE_MS);
afterAll(async () => {
  await mongo?.close();
  await set?.stop();
}, DEADLINE_MS);

test(
  'an index on rows that are there is built while one of three members is lost',
  async () => {
    const rows = mongo.db.collection('rows');
    await rows.insertMany(Array.from({ length: 10 }, (_, a) => ({ a })));
    await set.kill(((await set.primary()) % 3) + 1);
    const up = () => indexes(mongo.db, 'rows', [{ key: { a: 1 }, name: 'a', unique: true }]);
    await migrate(mongo.db, [{ name: '001-a', up: async () => up() }], log);
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a']);
  },
  DEADLINE_MS,
);
