import { expect, test } from 'vitest';
import { refusingIndex } from './duplicates.ts';

const refused = (message: string, code = 11000) => Object.assign(new Error(message), { code });

test.each([
  [
    refused('E11000 duplicate key error collection: live_payment.channels index: once dup key: { mode: "live" }'),
    'once',
  ],
  [refused('E11000 duplicate key error collection: a.b index: live dup key: { name: "index: other dup key" }'), 'live'],
  [refused('E11000 duplicate key error'), undefined],
  [refused('collection: a.b index: once dup key: {}', 1), undefined],
  ['index: once dup key', undefined],
])('%s', (error, name) => {
  expect(refusingIndex(error)).toBe(name);
});
