import { z } from 'zod';

/** A spreadsheet has `''` where a cell is empty: a field that may be left out is left out there. */
export function withoutEmptyCells(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return withoutEmptyCells(schema.unwrap(), value);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => withoutEmptyCells(schema.element, item));
  if (!(schema instanceof z.ZodObject) || !isRecord(value)) return value;
  const cells = Object.entries(value).flatMap(([name, cell]) => {
    const field: unknown = schema.shape[name];
    if (!(field instanceof z.ZodType)) return [[name, cell]];
    return isEmpty(cell) && field.isOptional() ? [] : [[name, withoutEmptyCells(field, cell)]];
  });
  return Object.fromEntries(cells);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (cell: unknown): boolean => typeof cell === 'string' && cell.trim() === '';
