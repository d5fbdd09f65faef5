import { expect, it } from 'vitest';
import { idOf } from './payment.ts';
import { aChannel, aTelling } from './testing/builders.ts';

it('a payment is known by organisation, mode and receipt, whatever else is told of it', () => {
  const id = idOf(aTelling());
  expect(idOf(aTelling({ kind: 'stk', body: 'other', amountCents: 100, channel: aChannel({ id: 'other' }) }))).toBe(id);
  const others = [
    aTelling({ receipt: 'UAF5X0A1B3' }),
    aTelling({ channel: aChannel({ mode: 'live' }) }),
    aTelling({ channel: aChannel({ organisationId: 'other' }) }),
  ];
  expect(new Set([id, ...others.map(idOf)]).size).toBe(4);
});
