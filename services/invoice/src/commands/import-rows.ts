import type { BulkResult } from '@malipo/api-contracts';
import { AppError, type FieldError } from '@malipo/service-kit';

/** Why a row is left out; pointers lead into the request, `#/rows/3/name`. */
export type Refusal = { code: string; errors: FieldError[] };

/** A row of an import: readable, or the reason why not. */
export type Row<Input> = { input: Input } | Refusal;

/** What became of a row. */
export type Outcome = { id: string; number: string | null } | Refusal;

/** The rows' outcomes as the API answers them. */
export function bulkResult(outcomes: readonly Outcome[]): BulkResult {
  const results = outcomes.map((outcome) =>
    'id' in outcome
      ? { status: 'created' as const, ...outcome, code: null, errors: [] }
      : { status: 'failed' as const, id: null, number: null, ...outcome },
  );
  const created = results.filter((result) => result.status === 'created').length;
  return { created, failed: results.length - created, results };
}

/** Turns what a single creation would answer into the row's refusal; whatever is not about the row is thrown on. */
export function refusalOf(error: unknown, index: number): Refusal {
  if (!(error instanceof AppError) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
  const errors = error.fields.map(({ pointer, detail }) => ({ pointer: `#/rows/${index}${pointer.slice(1)}`, detail }));
  return {
    code: error.code,
    errors: errors.length > 0 ? errors : [{ pointer: `#/rows/${index}`, detail: error.message }],
  };
}
