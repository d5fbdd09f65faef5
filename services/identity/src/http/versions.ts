import { InvalidError } from '@malipo/service-kit';

/** The strong validator of a version. @see RFC 9110 §8.8.3 */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * The version that `If-Match` asks for; undefined where there is none or any will do (`*`).
 * @throws {InvalidError} if_match_invalid
 */
export function expectedVersion(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw new InvalidError('if_match_invalid', 'If-Match must be the ETag of an earlier answer, such as "3"');
  return Number(version);
}
