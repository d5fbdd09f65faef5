import { InvalidError, StaleError } from '@malipo/service-kit';
import { z } from 'zod';

/** A version as an entity tag. */
export const etagOf = (version: number): string => `"${version}"`;

/** `If-Match` is optional; without it the last one wins. */
export const IfMatch = z.object({ 'if-match': z.string().max(200).optional().describe('the ETag of what was read') });

/**
 * Makes the check of `If-Match` against the version that a command reads.
 * @throws {InvalidError} if_match_invalid
 */
export function matchOf(header: string | undefined): (version: number) => void {
  if (header === undefined || header.trim() === '*') return () => undefined;
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^"[^"]*"$/.test(tag)))
    throw new InvalidError('if_match_invalid', 'If-Match must be an ETag that we gave, such as "3"');
  return (version) => {
    if (tags.includes(etagOf(version))) return;
    throw new StaleError('version_stale', `it was changed in the meantime; it is at version ${version} now`);
  };
}
