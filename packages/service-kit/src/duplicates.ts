import { isDuplicateKey } from './errors.ts';

/**
 * The name of the unique index that refused a document, undefined for any other error. E11000 names it in its message and
 * nowhere else, among text from outside: a database's name and the values of the key. Of several that refuse, it names one.
 */
export const refusingIndex = (error: unknown): string | undefined =>
  isDuplicateKey(error) && error instanceof Error ? /index: (\S+) dup key/.exec(error.message)?.[1] : undefined;
