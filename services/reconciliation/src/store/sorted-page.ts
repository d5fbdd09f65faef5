import {
  type Collection,
  type Document,
  type Filter,
  InvalidError,
  type PageQuery,
  readCursor,
  writeCursor,
} from '@malipo/service-kit';

export type SortedPage<Row> = {
  rows: Row[];
  page: { next: string | null; prev: string | null; limit: number };
};

/** What a list is sorted by: a field (which an index may serve), or something computed from each row. */
export type SortBy = {
  field?: string;
  by?: unknown;
  kind: 'date' | 'number' | 'text';
  up: boolean;
};

type Valued = { _id: string; sortValue?: Date | number | string };

/** One page by `(value, _id)`, either way round; stable while rows come and go. */
export async function sortedPage<Row extends Document & { _id: string }>(
  rows: Collection<Row>,
  filter: Filter<Row>,
  sort: SortBy,
  query: PageQuery,
): Promise<SortedPage<Row>> {
  const cursor = readCursor(query.cursor);
  const back = cursor?.back === true;
  const up = sort.up !== back;
  const field = sort.field ?? 'sortValue';
  const pipeline: Document[] = [{ $match: filter }];
  if (!sort.field) pipeline.push({ $addFields: { sortValue: sort.by } });
  if (cursor) pipeline.push({ $match: beyond(field, cursorValue(cursor.at, sort.kind), cursor.id, up) });
  pipeline.push({ $sort: { [field]: up ? 1 : -1, _id: up ? 1 : -1 } }, { $limit: query.limit + 1 });
  if (sort.field) pipeline.push({ $addFields: { sortValue: `$${sort.field}` } });
  const found = await rows.aggregate<Row & Valued>(pipeline).toArray();
  const more = found.length > query.limit;
  const page = found.slice(0, query.limit);
  if (back) page.reverse();
  const at = (row: Valued | undefined, backwards: boolean) =>
    row ? writeCursor({ at: textOf(row.sortValue), id: row._id, ...(backwards ? { back: true } : {}) }) : null;
  return {
    rows: page,
    page: {
      next: back || more ? at(page.at(-1), false) : null,
      prev: cursor && (!back || more) ? at(page[0], true) : null,
      limit: query.limit,
    },
  };
}

const beyond = (field: string, value: Date | number | string, id: string, up: boolean): Document => {
  const operator = up ? '$gt' : '$lt';
  return { $or: [{ [field]: { [operator]: value } }, { [field]: value, _id: { [operator]: id } }] };
};

const textOf = (value: Valued['sortValue']): string => {
  if (value instanceof Date) return `d${value.toISOString()}`;
  return typeof value === 'number' ? `n${value}` : `s${value ?? ''}`;
};

function cursorValue(at: string, kind: SortBy['kind']): Date | number | string {
  if (at[0] !== kind.replace('text', 'string')[0]) throw ofAnotherList();
  if (kind === 'text') return at.slice(1);
  const value = kind === 'date' ? new Date(at.slice(1)) : Number(at.slice(1));
  if (Number.isNaN(value.valueOf())) throw ofAnotherList();
  return value;
}

const ofAnotherList = () =>
  new InvalidError(
    'cursor_invalid',
    'the cursor belongs to another list or sort; leave it out to start from the first page',
    {
      fields: [{ pointer: '#/query/cursor', detail: 'of another list or sort' }],
    },
  );
