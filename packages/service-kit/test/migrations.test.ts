import { createSlice } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectMongo, dropIndexes, type Logger, type Mongo } from '../src/index.ts';
import { migrate } from '../src/migrations.ts';

const LOCK_MS = 300;
const log = { info: () => undefined } as unknown as Logger;
let slice: ReturnType<typeof createSlice>;
let mongo: Mongo;
beforeEach(() => {
  slice = createSlice();
  mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}migrations`);
});
afterEach(async () => {
  await mongo.close();
  await slice.drop();
});

const lock = async () =>
  (await mongo.db.collection<{ _id: string; until: Date }>('locks').findOne({ _id: 'migrations' }))?.until.getTime() ??
  0;

test('a step that takes longer than the lock is run by one replica alone', async () => {
  let runs = 0;
  const slow = {
    name: '001-slow',
    up: async () => {
      runs++;
      const first = await lock();
      await expect.poll(lock).toBeGreaterThan(first + LOCK_MS);
    },
  };
  await Promise.all([1, 2].map(() => migrate(mongo.db, [slow], log, LOCK_MS)));
  expect(runs).toBe(1);
  expect(await lock()).toBe(0);
});

test('one whose process died half way is run again', async () => {
  const rows = mongo.db.collection('rows');
  await rows.createIndex({ a: 1 }, { name: 'old' });
  let isDying = true;
  const replaced = {
    name: '001-replace',
    up: async () => {
      await dropIndexes(mongo.db, 'rows', ['old']);
      if (isDying) throw new Error('killed');
      await rows.createIndex({ b: 1 }, { name: 'new' });
    },
  };
  await expect(migrate(mongo.db, [replaced], log)).rejects.toThrow('killed');
  isDying = false;
  await migrate(mongo.db, [replaced], log);
  expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'new']);
});

test('a lock that was taken by a clock that was hours ahead, and outlived its process, holds up nobody', async () => {
  let runs = 0;
  const step = {
    name: '001-step',
    up: async () => {
      runs++;
    },
  };
  const locks = mongo.db.collection<{ _id: string }>('locks');
  const lock = { _id: 'migrations', owner: 'gone', until: new Date(Date.now() + 7_200_000) };
  await locks.insertOne(lock);
  await migrate(mongo.db, [step], log, LOCK_MS);
  expect(runs).toBe(1);
});

test('one that slept past its lock starts all the same, though another ran the step meanwhile', async () => {
  let runs = 0;
  const sleepy = {
    name: '001-sleepy',
    up: async () => {
      if (++runs > 1) return;
      await mongo.db.collection('locks').deleteMany({});
      await migrate(mongo.db, [sleepy], log);
    },
  };
  await migrate(mongo.db, [sleepy], log);
  expect(runs).toBe(2);
});

test('a version that was put back says which steps it does not know, though not of those that were given up', async () => {
  const warned: unknown[] = [];
  const told = { ...log, warn: (about: unknown) => warned.push(about) } as unknown as Logger;
  const step = (name: string) => ({ name, up: async () => undefined });
  await migrate(mongo.db, [step('000-given-up'), step('001-first')], told);
  await migrate(mongo.db, [step('001-first'), step('002-later')], told);
  expect(warned).toEqual([]);
  await migrate(mongo.db, [step('001-first')], told);
  expect(warned).toEqual([{ database: mongo.db.databaseName, steps: ['002-later'] }]);
});
