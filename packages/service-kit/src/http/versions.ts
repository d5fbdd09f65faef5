import { z } from 'zod';
import { InvalidError, StaleError } from '../errors.ts';

/** Given the version that a command read: lets it pass or refuses. @throws {StaleError} version_stale */
export type VersionCheck = (version: number) => void;

/** A version as a strong entity tag, such as `"3"`. @see RFC 9110 §8.8.3 */
export const etagOf = (version: number): string => `"${version}"`;

/** For the document: `*`, or tags in quotation marks with commas between them; a version without them is the usual mistake. */
const FORM = String.raw`^(?:\s*\*\s*|[\s,]*(?:W/)?"[^"\s]*"(?:\s*,[\s,]*(?:W/)?"[^"\s]*")*[\s,]*)$`;

/** Headers of a route that honours `If-Match`; without it the last one wins. */
export const IfMatch = z.object({
  'if-match': z
    .string()
    .max(200)
    .meta({ pattern: FORM })
    .optional()
    .describe('the ETag of what was read (its version in quotation marks, such as "3"), several, or * for any'),
});

/** What stands between commas; a comma within quotes is part of the tag. */
const ELEMENT = /(?:"[^"]*"?|[^",])+/g;
const TAG = /^(?:W\/)?"[!#-~\u0080-\u00ff]*"$/;

/**
 * Makes the check of `If-Match`: one of its tags must be the current version's. The comparison is strong, so that a weak
 * tag is well-formed and never matches. Without the header, and for `*`, every version passes.
 * @see RFC 9110 §13.1.1
 * @throws {InvalidError} if_match_invalid
 */
export function versionCheck(header: string | undefined): VersionCheck {
  if (header === undefined || header.trim() === '*') return () => undefined;
  const tags = (header.match(ELEMENT) ?? []).map((element) => element.trim()).filter((element) => element !== '');
  if (tags.length === 0 || !tags.every((tag) => TAG.test(tag)))
    throw new InvalidError('if_match_invalid', 'If-Match must be an ETag of an earlier answer, such as "3"; or *');
  return (version) => {
    const current = etagOf(version);
    if (tags.includes(current)) return;
    // proxies that compress make our tags weak; their clients saw the latest and must not be told that it changed
    throw tags.includes(`W/${current}`)
      ? new StaleError('version_stale', `a weak ETag never matches here; send ${current} without W/`)
      : new StaleError(
          'version_stale',
          `it was changed in the meantime; it is at version ${version} now, read it again`,
        );
  };
}
