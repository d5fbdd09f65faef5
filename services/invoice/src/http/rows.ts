import { CreateCustomer, CreateInvoice } from '@malipo/api-contracts';
import { fieldErrors } from '@malipo/service-kit';
import type { z } from 'zod';
import type { NewInvoice } from '../commands/create-invoice.ts';
import type { Row } from '../commands/import-rows.ts';
import { withoutEmptyCells } from './empty-cells.ts';
import { lineTerms } from './views.ts';

/** Reads one row of an import with the schema of a single creation. */
export const readCustomerRow = (row: unknown, index: number): Row<CreateCustomer> =>
  readRow(CreateCustomer, row, index);

/** Reads one row of an import with the schema of a single creation. */
export function readInvoiceRow(row: unknown, index: number): Row<NewInvoice> {
  const read = readRow(CreateInvoice, row, index);
  if (!('input' in read)) return read;
  const { lines, ...terms } = read.input;
  return { input: { ...terms, lines: lines.map(lineTerms) } };
}

function readRow<Schema extends z.ZodType>(schema: Schema, row: unknown, index: number): Row<z.output<Schema>> {
  const result = schema.safeParse(withoutEmptyCells(schema, row));
  if (result.success) return { input: result.data };
  return { code: 'validation_failed', errors: fieldErrors(result.error.issues, `#/rows/${index}`) };
}
