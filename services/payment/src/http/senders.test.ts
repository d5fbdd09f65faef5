import { expect, it } from 'vitest';
import { isSender } from './senders.ts';

it.each([
  ['196.201.214.200', true],
  ['196.201.212.0/24', true],
  ['2001:db8::/32', true],
  ['196.201.212.0/33', false],
  ['196.201.212/24', false],
  ['196.201.212.0/', false],
  ['196.201.212.0/24/8', false],
  ['safaricom', false],
])('%s as a sender: %s', (text, is) => expect(isSender(text)).toBe(is));
