import { z } from 'zod';
import { InvalidError } from '../errors.ts';
import { queryNumber } from './query-values.ts';

/** Query of every list: `?limit=50&cursor=…`. */
export const PageQuery = z.object({
  limit: queryNumber(z.number().int().min(1).max(200)).default(50),
  cursor: z.string().max(500).optional().describe('page.next or page.prev of an earlier answer'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Answer of every list. */
export const PageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    data: z.array(row),
    page: z.object({ next: z.string().nullable(), prev: z.string().nullable(), limit: z.int() }),
  });

/**
 * Where a page of a list begins: the sort value and id of the row before it, and the direction.
 * `from`: that row itself is the page's first
 */
export type Cursor = { list: string; at: string; id: string; back?: boolean; from?: boolean };

const CursorShape = z.strictObject({
  list: z.string().max(100),
  at: z.string().max(100),
  id: z.string().max(100),
  back: z.boolean().optional(),
  from: z.boolean().optional(),
});

/** @param list which list and sort it must be of @throws {InvalidError} cursor_invalid */
export function readCursor(text: string | undefined, list: string): Cursor | undefined {
  if (text === undefined) return undefined;
  const cursor = parsed(text);
  if (cursor.list !== list) throw ofAnotherList();
  return cursor;
}

function parsed(text: string): Cursor {
  try {
    return CursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString())) as Cursor;
  } catch (cause) {
    throw notACursor(cause);
  }
}

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

export type SortKind = 'date' | 'number' | 'text';
export type SortValue = Date | number | string;

/** A sort value as a cursor holds it: its first letter says what it is. */
export function sortText(value: SortValue): string {
  if (value instanceof Date) return `d${value.toISOString()}`;
  return typeof value === 'number' ? `n${value}` : `s${value}`;
}

const LETTERS: Record<SortKind, string> = { date: 'd', number: 'n', text: 's' };

/** What a cursor stands at, in a list that is sorted by values of this kind. @throws {InvalidError} cursor_invalid */
export function sortValue(at: string, kind: SortKind): SortValue {
  const text = at.slice(1);
  if (at[0] !== LETTERS[kind]) throw notACursor();
  if (kind === 'text') return text;
  const value = kind === 'date' ? new Date(text) : Number(text || Number.NaN);
  if (Number.isNaN(value.valueOf())) throw notACursor();
  return value;
}

const notACursor = (cause?: unknown) => refused('is not one of ours', 'not a cursor', cause);
const ofAnotherList = () => refused('belongs to another list or sort', 'of another list or sort');

const refused = (why: string, detail: string, cause?: unknown) =>
  new InvalidError('cursor_invalid', `the cursor ${why}; leave it out to start from the first page`, {
    cause,
    fields: [{ pointer: '#/query/cursor', detail }],
  });
