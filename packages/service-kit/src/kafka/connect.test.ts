import { ResponseError } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { mustJoinAgain } from './connect.ts';

const JOIN_GROUP = 11;

/** How the client tells what a broker answered. */
const refusal = (code: number) => new ResponseError(JOIN_GROUP, 9, { '/': [code, null] }, {});

test.each([
  ['UNKNOWN_MEMBER_ID', 25, true],
  ['ILLEGAL_GENERATION', 22, true],
  ['REBALANCE_IN_PROGRESS', 27, true],
  ['INCONSISTENT_GROUP_PROTOCOL', 23, false],
  ['GROUP_AUTHORIZATION_FAILED', 30, false],
])('%s is mended by joining again: %s, %s', (_name, code, helps) => {
  expect(mustJoinAgain(refusal(code))).toBe(helps);
});

test('a fault of our own is not', () => {
  expect(mustJoinAgain(new TypeError('nothing has no length'))).toBe(false);
});
