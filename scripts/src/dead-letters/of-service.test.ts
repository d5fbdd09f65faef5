import { expect, test } from 'vitest';
import { UsageError } from '../command.ts';
import { ofService } from './of-service.ts';

const LETTERS = [
  { id: 1, service: 'invoice' },
  { id: 2, service: 'counter' },
];

test('all letters, or those of one service, which need not be one of ours', () => {
  expect(ofService(LETTERS, undefined)).toEqual(LETTERS);
  expect(ofService(LETTERS, 'invoice').map(({ id }) => id)).toEqual([1]);
  expect(ofService(LETTERS, 'counter').map(({ id }) => id)).toEqual([2]);
  expect(ofService(LETTERS, 'payment')).toEqual([]);
});

test('a service that nobody knows is refused with those that there are', () => {
  expect(() => ofService(LETTERS, 'invioce')).toThrow(UsageError);
  expect(() => ofService(LETTERS, 'invioce')).toThrow(/'invioce'.*invoice.*counter/);
});
