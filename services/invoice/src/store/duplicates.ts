import { isDuplicateKey } from '@malipo/service-kit';

/** Which unique index refused a document: E11000 names it in its message and nowhere else. */
export const indexOf = (error: unknown): string | undefined =>
  isDuplicateKey(error) && error instanceof Error ? /index: (\S+) dup key/.exec(error.message)?.[1] : undefined;
