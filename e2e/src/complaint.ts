import { z } from 'zod';
import type { Answer } from './request.ts';

const Problem = z.object({
  type: z.string().startsWith('urn:malipo:problem:'),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string(),
  code: z.string().regex(/^[a-z][a-z0-9_]+$/),
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  errors: z.array(z.object({ pointer: z.string().startsWith('#'), detail: z.string().min(1) })).optional(),
});

/** What is wrong with an answer to bad input; undefined where nothing is. */
export function complaint({ status, type, text, json }: Answer, mustRefuse: boolean): string | undefined {
  if (status < 400) return mustRefuse && !refusesRows(json) ? `${status} instead of a refusal` : undefined;
  if (status >= 500) return `${status} ${text}`;
  if (!type.startsWith('application/problem+json')) return `${status} as ${type}`;
  const problem = Problem.safeParse(json);
  if (!problem.success) return `${status} ${z.prettifyError(problem.error)} in ${text.slice(0, 300)}`;
  if (problem.data.status !== status) return `says ${problem.data.status}, is ${status}`;
  if (problem.data.code === 'validation_failed' && !problem.data.errors?.length) return 'names no field';
  return /node_modules|at .*\.ts:\d|Mongo|Zod/.test(text) ? `tells of the inside: ${text}` : undefined;
}

/** A bulk import, or a bulk decision, refuses row by row. */
const refusesRows = (json: unknown): boolean => (json as { failed?: number } | undefined)?.failed === 1;
