import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { etagOf, IfMatch, versionCheck } from './versions.ts';

const PASSING = ['*', ' * ', '"3"', ' "3" ', '"1", "3"', '"1","3","x"', 'W/"3", "3"', '"a,b", "3"', ', "3",,'];
const STALE = ['"2"', '"1", "2"', '"33"', '"03"', '""', '"a,3"', 'W/"2"'];
const NO_TAGS = ['', ' , ', '3', 'W/3', 'w/"3"', '"3', '"3""4"', '"3" "4"', '"3", 4', '*, "3"', '"a b"', "'3'"];

test('the document says how If-Match is written', () => {
  const { pattern = '' } = Object(z.toJSONSchema(IfMatch, { io: 'input' }).properties?.['if-match']);
  for (const header of [...PASSING, ...STALE]) expect(header).toMatch(new RegExp(pattern));
  for (const header of NO_TAGS) expect(header).not.toMatch(new RegExp(pattern));
});

test('a version is a strong tag', () => {
  expect(etagOf(3)).toBe('"3"');
});

describe('at version 3, If-Match', () => {
  test.each([undefined, ...PASSING])('%j passes', (header) => {
    expect(() => versionCheck(header)(3)).not.toThrow();
  });

  test.each(STALE)('%j is stale, and says what is current', (header) => {
    const check = versionCheck(header);
    expect(() => check(3)).toThrow(
      expect.objectContaining({
        kind: 'gone_stale',
        code: 'version_stale',
        message: expect.stringContaining('version 3'),
      }),
    );
  });

  test('compares strongly: a weak tag never matches, and the answer says why', () => {
    expect(() => versionCheck('W/"3"')(3)).toThrow(
      expect.objectContaining({
        code: 'version_stale',
        message: 'a weak ETag never matches here; send "3" without W/',
      }),
    );
  });

  test.each(NO_TAGS)('%j is no tag, whatever the version', (header) => {
    expect(() => versionCheck(header)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'if_match_invalid' }));
  });
});
