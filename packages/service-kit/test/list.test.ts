import { createSlice } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collection, connectMongo, listPage, type Mongo, type Sort } from '../src/index.ts';

type Row = { _id: string; organisationId: string; at: Date; cents: number; name: string; left?: string | undefined };

const ORGANISATION = 'ours';
const slice = createSlice();
let mongo: Mongo;
let rows: Collection<Row>;

beforeAll(async () => {
  mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}list`);
  rows = mongo.db.collection<Row>('rows');
  // values repeat, so that pages break within equal ones
  const row = (n: number, organisationId = ORGANISATION): Row => ({
    _id: `${organisationId}-${n}`,
    organisationId,
    at: new Date(1_700_000_000_000 + Math.floor(n / 3)),
    cents: [5, 10, 9][n % 3] ?? 0,
    name: `name ${Math.floor(n / 2)}`,
  });
  await rows.insertMany([...Array.from({ length: 8 }, (_, n) => row(n)), row(1, 'theirs')]);
});
afterAll(async () => {
  await mongo.close();
  await slice.drop();
});

const read = (sort: Parameters<typeof listPage<Row, number>>[2], cursor?: string) =>
  listPage(rows, { organisationId: ORGANISATION, left: undefined }, sort, { limit: 3, cursor }, ({ _id }) =>
    Number(_id.split('-')[1]),
  );

test.each<[Parameters<typeof read>[0], number[]]>([
  ['at', [7, 6, 5, 4, 3, 2, 1, 0]],
  [{ field: 'at', kind: 'date', order: 'asc' }, [0, 1, 2, 3, 4, 5, 6, 7]],
  [{ field: 'name', kind: 'text', order: 'desc' }, [7, 6, 5, 4, 3, 2, 1, 0]],
  [{ field: 'cents', kind: 'number', order: 'asc' }, [0, 3, 6, 2, 5, 1, 4, 7]],
  [{ by: { $multiply: ['$cents', -1] }, kind: 'number', order: 'asc' }, [1, 4, 7, 2, 5, 0, 3, 6]],
])('by %j, forth and back, without losing or repeating a row', async (sort, all) => {
  const first = await read(sort);
  const second = await read(sort, first.page.next ?? '');
  const third = await read(sort, second.page.next ?? '');
  expect([first, second, third].map(({ data }) => data)).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
  expect([first.page.prev, third.page.next]).toEqual([null, null]);
  const back = await read(sort, third.page.prev ?? '');
  expect(back.data).toEqual(second.data);
  expect(await read(sort, back.page.prev ?? '')).toEqual({ ...first, page: { ...first.page, prev: null } });
});

test.each(['asc', 'desc'] as const)('a page that has become empty leads back to what is left, %s', async (order) => {
  const organisationId = `leaving ${order}`;
  const ids = [1, 2, 3, 4].map((n) => `${order}-${n}`);
  await rows.insertMany(ids.map((_id) => ({ _id, organisationId, at: new Date(0), cents: 1, name: 'the same' })));
  const all = order === 'asc' ? ids : ids.toReversed();
  const look = (cursor?: string | null) =>
    listPage(
      rows,
      { organisationId },
      { field: 'name', kind: 'text', order },
      { limit: 2, cursor: cursor ?? undefined },
      ({ _id }) => _id,
    );
  const first = await look();
  const second = await look(first.page.next);
  await rows.deleteMany({ _id: { $in: all.slice(0, 2) } });
  const before = await look(second.page.prev);
  expect(before).toMatchObject({ data: [], page: { next: expect.any(String), prev: null } });
  const again = await look(before.page.next);
  expect(again).toMatchObject({ data: all.slice(2), page: { next: null } });
  const one = await listPage(rows, { organisationId }, { field: 'name', kind: 'text', order }, { limit: 1 }, String);
  await rows.deleteOne({ _id: all[3] ?? '' });
  const beyond = await look(one.page.next);
  expect(beyond).toMatchObject({ data: [], page: { next: null, prev: expect.any(String) } });
  expect((await look(beyond.page.prev)).data).toEqual([all[2]]);
});

test.each<[string, Sort<Row>]>([
  ['at', { field: 'cents', kind: 'number', order: 'asc' }],
  ['at', { field: 'name', kind: 'text', order: 'asc' }],
  ['at', { field: 'at', kind: 'date', order: 'asc' }],
])('a cursor of the list by %s is none of another sort', async (_, sort) => {
  const { page } = await read('at');
  await expect(read(sort, page.next ?? '')).rejects.toMatchObject({ kind: 'invalid', code: 'cursor_invalid' });
  const other = await read(sort);
  await expect(read('at', other.page.next ?? '')).rejects.toMatchObject({ kind: 'invalid', code: 'cursor_invalid' });
});

test('a cursor of one list is none of another, though both are by date', async () => {
  const { page } = await read('at');
  const others = mongo.db.collection<Row>('others');
  const other = listPage(others, { organisationId: ORGANISATION }, 'at', { limit: 3, cursor: page.next ?? '' }, String);
  await expect(other).rejects.toMatchObject({ kind: 'invalid', code: 'cursor_invalid' });
});

test.each(['', 'd', 'dsoon', 'nmany', 'n', 's', '2026-01-01T00:00:00.000Z'])(
  'a cursor at %j stands at no time',
  async (at) => {
    const cursor = Buffer.from(JSON.stringify({ list: 'rows at desc', at, id: 'x' })).toString('base64url');
    await expect(read('at', cursor)).rejects.toMatchObject({ kind: 'invalid', code: 'cursor_invalid' });
  },
);
