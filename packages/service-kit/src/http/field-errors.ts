import { z } from 'zod';
import type { FieldError } from '../errors.ts';

/** Has schemas without words of their own say what is wrong with a field as the rest of the API does, and the remedy. */
export function nameFaultsPlainly(): void {
  z.config({ customError: faultOf });
}

/** Fields that there are not are named up to here: a body may have a hundred thousand. */
const MANY = 50;

type Issue = { code: string; path: readonly PropertyKey[]; message: string; keys?: readonly string[] };

/**
 * The faults that a schema found, each at its field; one at the field itself for each that there is not.
 * @param at where the input stands in the request, such as `#` or `#/rows/3`
 */
export const fieldErrors = (issues: readonly Issue[], at: string): FieldError[] =>
  issues.flatMap(({ code, path, message, keys = [] }) => {
    const pointer = [at, ...path.map(pointerPart)].join('/');
    const unknown = code === 'unrecognized_keys' ? keys.slice(0, MANY) : [];
    const pointers = unknown.length > 0 ? unknown.map((key) => `${pointer}/${pointerPart(key)}`) : [pointer];
    return pointers.map((one) => ({ pointer: one, detail: message }));
  });

/** @see RFC 6901 §3 */
export const pointerPart = (name: PropertyKey): string =>
  String(name).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');

/** Nothing where zod's own words will do. */
function faultOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeFault(issue.expected, issue.input);
    case 'unrecognized_keys':
      return `there is no such field${choiceOf(issue.inst)}`;
    case 'invalid_value':
      return `${issue.input === undefined ? 'is missing: it ' : ''}must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_big':
      return `must ${amountOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return `must ${amountOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    default:
      return undefined;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID',
  date: 'must be a day of the calendar, such as 2026-11-22',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

function typeFault(expected: string, input: unknown): string | undefined {
  if (input === undefined) return 'is missing';
  const wanted = TYPES[expected];
  const given = input === null ? 'null' : Array.isArray(input) ? 'an array' : TYPES[typeof input];
  if (!wanted) return undefined;
  return typeof input === 'number' || !given ? `must be ${wanted}` : `must be ${wanted}, not ${given}`;
}

/** The fields of a strict object, for somebody who mistyped one. */
function choiceOf(schema: unknown): string {
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return names.length > 0 ? `; there are ${names.join(', ')}` : '';
}

const COUNTED: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

const amountOf = (origin: string, bound: string, limit: number | bigint): string =>
  COUNTED[origin] ? `have ${bound} ${limit} ${COUNTED[origin]}` : `be ${bound} ${limit}`;
