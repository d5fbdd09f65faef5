import { isDuplicateKey, MongoBulkWriteError } from '@malipo/service-kit';

/** Which unique index refused a document: E11000 names it in its message and nowhere else. */
export const indexOf = (error: unknown): string | undefined =>
  isDuplicateKey(error) && error instanceof Error ? indexIn(error.message) : undefined;

const indexIn = (message: string): string | undefined => /index: (\S+) dup key/.exec(message)?.[1];

/**
 * Runs an unordered insert of many; documents that a unique index refused are an answer, the rest is written.
 * @returns the refusing index by the document's position
 * @throws whatever else went wrong
 */
export async function refusedIn(insert: Promise<unknown>): Promise<ReadonlyMap<number, string>> {
  try {
    await insert;
    return new Map();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const refusals = [error.writeErrors].flat();
    if (refusals.length === 0 || refusals.some((one) => one.code !== 11000)) throw error;
    return new Map(refusals.map((one) => [one.index, indexIn(one.errmsg ?? '') ?? 'unknown']));
  }
}
