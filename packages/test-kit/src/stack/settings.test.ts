import { expect, test } from 'vitest';
import { instanceName, StackError } from './settings.ts';

test('an instance without a name, and one with an empty name, is the default one', () => {
  expect([{}, { MALIPO_INSTANCE: '' }, { MALIPO_INSTANCE: 'mine' }].map(instanceName)).toEqual([
    'default',
    'default',
    'mine',
  ]);
});

test('a name that would be no folder of its own is refused by the name of its setting', () => {
  expect(() => instanceName({ MALIPO_INSTANCE: '../mine' })).toThrow(StackError);
  expect(() => instanceName({ MALIPO_INSTANCE: '../mine' })).toThrow(/^MALIPO_INSTANCE: /);
});
