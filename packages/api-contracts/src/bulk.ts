import { z } from 'zod';
import { CreateCustomer } from './customer.ts';
import { Id } from './fields.ts';
import { CreateInvoice } from './invoice.ts';

/** Rows are checked one by one, so that a bad one does not hold up the rest; documented by the row's own schema. */
const rowsOf = (row: z.ZodType) => {
  const { $schema: _, ...shape } = z.toJSONSchema(row, { io: 'input', unrepresentable: 'any' });
  return z
    .array(z.unknown().meta({ ...withEmptyCells(shape) }))
    .min(1)
    .max(500);
};

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A spreadsheet has `""` where a cell is empty: a field that may be left out is left out there. */
function withEmptyCells(schema: JsonSchema): JsonSchema {
  const { properties, items, required = [] } = schema;
  const cells = Object.entries(properties ?? {}).map(([name, field]) => {
    const own = typeof field === 'boolean' ? {} : withEmptyCells(field);
    return [name, required.includes(name) ? own : { anyOf: [own, { const: '', description: 'counts as left out' }] }];
  });
  return {
    ...schema,
    ...(properties ? { properties: Object.fromEntries(cells) } : {}),
    ...(items && !Array.isArray(items) && typeof items === 'object' ? { items: withEmptyCells(items) } : {}),
  };
}

export const CreateCustomers = z.strictObject({ rows: rowsOf(CreateCustomer) });
export const CreateInvoices = z.strictObject({
  rows: rowsOf(CreateInvoice),
  issue: z.boolean().default(false).describe('issue them at once'),
});

/** What became of the rows, in their order. */
export const BulkResult = z.object({
  created: z.int(),
  failed: z.int(),
  results: z.array(
    z.object({
      status: z.enum(['created', 'failed']),
      id: Id.nullable(),
      number: z.string().nullable().describe('of an invoice'),
      code: z.string().nullable().describe('why it failed, a name to branch on'),
      errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
    }),
  ),
});
export type BulkResult = z.infer<typeof BulkResult>;
