import { z } from 'zod';
import { InvalidError } from '../errors.ts';

/** Query of every list: `?limit=50&cursor=…`. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('page.next or page.prev of an earlier answer'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Answer of every list. */
export const PageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    data: z.array(row),
    page: z.object({ next: z.string().nullable(), prev: z.string().nullable(), limit: z.int() }),
  });

/** Where a page begins: the sort value and id of the row before it, and the direction. */
export type Cursor = { at: string; id: string; back?: boolean };

const CursorShape = z.strictObject({ at: z.string().max(100), id: z.string().max(100), back: z.boolean().optional() });

/** @throws {InvalidError} cursor_invalid */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    return CursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString())) as Cursor;
  } catch (cause) {
    throw notACursor(cause);
  }
}

/** The time that a cursor stands at. @throws {InvalidError} cursor_invalid */
export function cursorDate(at: string): Date {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw notACursor();
  return date;
}

const notACursor = (cause?: unknown) =>
  new InvalidError('cursor_invalid', 'the cursor is not one of ours; leave it out to start from the first page', {
    cause,
    fields: [{ pointer: '#/query/cursor', detail: 'not a cursor' }],
  });

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');
