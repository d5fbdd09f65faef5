import type { Collection, Document, Filter } from 'mongodb';
import { cursorDate, type PageQuery, readCursor, writeCursor } from './pages.ts';

/**
 * Reads one page, newest first, by `(field, _id)`: stable while rows are added, and as fast on page 1,000 as on page 1.
 * The filter must name the organisation and be served by an index that ends in `field, _id`.
 * @param field a date or sortable text of every row
 */
export async function listPage<Row extends Document & { _id: string }, View>(
  rows: Collection<Row>,
  filter: Filter<Row> & { organisationId: string },
  field: keyof Row & string,
  query: PageQuery,
  toView: (row: Row) => View,
): Promise<{ data: View[]; page: { next: string | null; prev: string | null; limit: number } }> {
  const cursor = readCursor(query.cursor);
  const back = cursor?.back === true;
  const bound = cursor ? past(field, cursor.at, cursor.id, back) : {};
  const direction = back ? 1 : -1;
  const found = (await rows
    .find({ $and: [filter, bound] } as Filter<Row>)
    .sort({ [field]: direction, _id: direction })
    .limit(query.limit + 1)
    .toArray()) as Row[];
  const more = found.length > query.limit;
  const page = found.slice(0, query.limit);
  if (back) page.reverse();
  const at = (row: Row | undefined, backwards: boolean) =>
    row ? writeCursor({ at: textOf(row[field]), id: row._id, ...(backwards ? { back: true } : {}) }) : null;
  return {
    data: page.map(toView),
    page: {
      next: back || more ? at(page.at(-1), false) : null,
      prev: cursor && (!back || more) ? at(page[0], true) : null,
      limit: query.limit,
    },
  };
}

const textOf = (value: unknown): string => (value instanceof Date ? `d${value.toISOString()}` : `s${String(value)}`);

function past(field: string, at: string, id: string, back: boolean): Document {
  const value = at.startsWith('s') ? at.slice(1) : cursorDate(at.replace(/^d/, ''));
  const operator = back ? '$gt' : '$lt';
  return { $or: [{ [field]: { [operator]: value } }, { [field]: value, _id: { [operator]: id } }] };
}
