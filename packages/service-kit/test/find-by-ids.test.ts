import { createSlice, tcpProxy } from '@malipo/test-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Collection, connectMongo, findByIds, type Mongo } from '../src/index.ts';

type Row = { _id: string; kind: string; body?: string };

const slice = createSlice();
let mongo: Mongo;
let rows: Collection<Row>;
beforeAll(() => {
  mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}finding`);
});
beforeEach(() => {
  rows = mongo.db.collection<Row>(`rows-${crypto.randomUUID()}`);
});
afterAll(async () => {
  await mongo.close();
  await slice.drop();
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`);
const idsOf = (found: readonly Row[]) => found.map(({ _id }) => _id).sort();

test('finds what is there of what is asked for, each once, with the fields that are wanted', async () => {
  await rows.insertMany(ids(300).map((_id) => ({ _id, kind: 'plain', body: 'text' })));
  const found = await findByIds(rows, [...ids(250), ...ids(10), 'nobody'], { projection: { kind: 1 } });
  expect(idsOf(found)).toEqual(ids(250).sort());
  expect(found[0]).toEqual({ _id: found[0]?._id, kind: 'plain' });
  expect(await findByIds(rows, [])).toEqual([]);
});

test('loses nothing where one answer has no room for all', async () => {
  const body = 'x'.repeat(6 * 1024 * 1024);
  await rows.insertMany(ids(4).map((_id) => ({ _id, kind: 'long', body })));
  expect(idsOf(await findByIds(rows, ids(4)))).toEqual(ids(4));
});

test('reads within a transaction what the transaction wrote, and nobody else does', async () => {
  await mongo.db.createCollection(rows.collectionName);
  await mongo.transaction(async (session) => {
    await rows.insertMany(
      ids(150).map((_id) => ({ _id, kind: 'new' })),
      { session },
    );
    expect(await findByIds(rows, ids(150), { session })).toHaveLength(150);
    expect(await findByIds(rows, ids(150))).toEqual([]);
  });
  expect(await findByIds(rows, ids(150))).toHaveLength(150);
});

test('reads again when the answer gets lost', async () => {
  await rows.insertMany(ids(3).map((_id) => ({ _id, kind: 'plain' })));
  const proxy = await tcpProxy(Number(new URL(slice.mongoUrl).port));
  const far = connectMongo(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, mongo.db.databaseName);
  await far.ping();
  proxy.loseAnswers('find', 1);
  expect(idsOf(await findByIds(far.db.collection<Row>(rows.collectionName), ids(3)))).toEqual(ids(3));
  await far.close();
  await proxy.close();
});
