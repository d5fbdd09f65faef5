import type { Collection, Document, Filter } from 'mongodb';
import {
  type Cursor,
  type PageQuery,
  readCursor,
  type SortKind,
  type SortValue,
  sortText,
  sortValue,
  writeCursor,
} from './pages.ts';

/**
 * What a list is sorted by, before `_id`: a field, which an index may serve, or an expression computed from each row (then
 * the whole of what fits the filter is read). Every row must have a value of the kind.
 */
export type Sort<Row> = { kind: SortKind; order: 'asc' | 'desc' } & ({ field: keyof Row & string } | { by: Document });

export type Page<View> = {
  data: View[];
  page: { next: string | null; prev: string | null; limit: number };
};

/** What the rows of a list have in common; a field that is undefined is left out, as our clients of MongoDB do. */
export type ListFilter<Row> = { [Field in keyof Filter<Row>]: Filter<Row>[Field] | undefined } & {
  organisationId: string;
};

type DateField<Row> = { [Name in keyof Row]: Row[Name] extends Date ? Name : never }[keyof Row] & string;

/** Where the value of an expression stands while it is sorted by. */
const COMPUTED = 'sortValue';

/**
 * Reads one page by `(field, _id)`, either way round: stable while rows are added, and as fast on page 1,000 as on page 1.
 * The filter must name the organisation and be served by an index, which ends in `field, _id` for lists that grow.
 * @param sort a date of every row, to have the newest first, or whatever else the list is sorted by
 * @throws {InvalidError} cursor_invalid
 */
export async function listPage<Row extends Document & { _id: string }, View>(
  rows: Collection<Row>,
  filter: ListFilter<Row>,
  sort: DateField<Row> | Sort<Row>,
  query: PageQuery,
  toView: (row: Row) => View,
): Promise<Page<View>> {
  const by: Sort<Row> = typeof sort === 'string' ? { field: sort, kind: 'date', order: 'desc' } : sort;
  const field = 'field' in by ? by.field : COMPUTED;
  const list = `${rows.collectionName} ${field} ${by.order}`;
  const cursor = readCursor(query.cursor, list);
  const back = cursor?.back === true;
  const up = (by.order === 'asc') !== back;
  const pipeline: Document[] = [{ $match: filter }];
  if ('by' in by) pipeline.push({ $addFields: { [COMPUTED]: by.by } });
  if (cursor) pipeline.push({ $match: beyond(field, sortValue(cursor.at, by.kind), cursor, up) });
  pipeline.push({ $sort: { [field]: up ? 1 : -1, _id: up ? 1 : -1 } }, { $limit: query.limit + 1 });
  const found = await rows.aggregate<Row>(pipeline).toArray();
  const more = found.length > query.limit;
  const page = found.slice(0, query.limit);
  if (back) page.reverse();
  const at = (row: Row, backwards: boolean) =>
    writeCursor({ list, at: sortText(row[field]), id: row._id, ...(backwards ? { back: true } : {}) });
  const [top, last] = [page[0], page.at(-1)];
  const ends =
    top && last
      ? { next: back || more ? at(last, false) : null, prev: cursor && (!back || more) ? at(top, true) : null }
      : turningRound(cursor);
  return { data: page.map(toView), page: { ...ends, limit: query.limit } };
}

/** All that lay beyond the cursor has gone meanwhile: an empty page leads back to the row that the cursor stood at. */
function turningRound(cursor: Cursor | undefined): Pick<Page<never>['page'], 'next' | 'prev'> {
  if (!cursor) return { next: null, prev: null };
  const { list, at, id, back } = cursor;
  return back
    ? { next: writeCursor({ list, at, id, from: true }), prev: null }
    : { next: null, prev: writeCursor({ list, at, id, back: true, from: true }) };
}

function beyond(field: string, value: SortValue, { id, from }: Cursor, up: boolean): Document {
  const operator = up ? '$gt' : '$lt';
  return {
    $or: [{ [field]: { [operator]: value } }, { [field]: value, _id: { [from ? `${operator}e` : operator]: id } }],
  };
}
