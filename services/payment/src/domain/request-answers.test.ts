import { hashMsisdn } from '@malipo/values';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moneyFor, requestFor, spanOf } from './request-answers.ts';
import type { Telling } from './telling.ts';
import { aChannel, aRequest, aTelling } from './testing/builders.ts';

const AT = new Date('2026-01-15T06:00:00Z');

it('a telling is linked by name first, else only where exactly one request fits', () => {
  const request = aRequest();
  expect(requestFor(aTelling({ requestId: 'request', reference: 'typo' }), [request])).toBe(request);
  expect(requestFor(aTelling({ checkoutRequestId: 'ws_CO_1' }), [request])).toBe(request);
  expect(requestFor(aTelling(), [request])).toBe(request);
  expect(requestFor(aTelling(), [request, aRequest({ id: 'second' })])).toBeUndefined();
  expect(requestFor(aTelling({ requestId: 'gone' }), [aRequest({ checkoutRequestId: null })])).toBeUndefined();
});

it.each([
  [119, true],
  [121, false],
])('money from %i seconds before its prompt, by clocks that differ: %s', (seconds, fits) => {
  const telling = aTelling();
  const request = aRequest({ createdAt: new Date(telling.paidAt.getTime() + seconds * 1_000) });
  expect(requestFor(telling, [request])).toBe(fits ? request : undefined);
});

it.each([
  ['another organisation', { organisationId: 'other' }],
  ['another channel', { channelId: 'other' }],
  ['another amount', { amountCents: 100 }],
  ['another reference', { accountReference: 'OTHER' }],
  ['another number', { phone: '254711111111' }],
  ['a request that is paid', { expects: false }],
  ['a request made an hour after it was paid', { createdAt: new Date('2026-01-15T06:31:20Z') }],
  [
    'a request that ended in vain an hour before it was paid',
    {
      status: 'expired',
      createdAt: new Date('2026-01-15T04:26:20Z'),
      settledAt: new Date('2026-01-15T04:31:20Z'),
    },
  ],
] as const)('%s does not fit', (_name, changes) => expect(requestFor(aTelling(), [aRequest(changes)])).toBeUndefined());

it.each([
  ['the payer’s own number', { number: { form: 'full', value: '254700000001' } }, true],
  ['its hash', { number: { form: 'sha256', value: hashMsisdn('254700000001') } }, true],
  ['it beside a blank reference', { number: { form: 'full', value: '254700000001' }, reference: ' ' }, true],
  ['a mask, which thousands share', {}, false],
  ['no number', { number: { form: 'none', value: '' } }, false],
  ['a reference of its own', { number: { form: 'full', value: '254700000001' }, reference: 'OTHER' }, false],
  ['a paybill, which has references', { number: { form: 'full', value: '254700000001' }, channel: aChannel() }, false],
] as const)('money at a till without a reference is linked by %s: %s', (_what, changes, linked) => {
  const request = aRequest({ phone: '254700000001' });
  const till = aChannel({ kind: 'till' });
  const telling = aTelling({ channel: till, reference: null, ...changes });
  expect(requestFor(telling, [request])).toBe(linked ? request : undefined);
});

it('a mask will do once a query has said that a till’s prompt was paid', () => {
  const hearsay = aRequest({ status: 'succeeded', settledAt: new Date('2026-01-15T05:31:50Z') });
  expect(requestFor(aTelling({ channel: aChannel({ kind: 'till' }), reference: null }), [hearsay])).toBe(hearsay);
});

it('what a query said was paid is paid by the only money that fits', () => {
  const paid = aRequest({ status: 'succeeded', settledAt: new Date('2026-01-15T05:32:35Z') });
  const atTill = (changes: Partial<Telling> = {}) =>
    aTelling({ channel: aChannel({ kind: 'till' }), reference: null, ...changes });
  const money = atTill();
  const others = [
    atTill({ number: { form: 'masked', value: '2547*****002' } }),
    atTill({ paidAt: new Date('2026-01-15T05:20:00Z') }),
    atTill({ reference: 'OTHER' }),
  ];
  expect(moneyFor(paid, [...others, money])).toBe(money);
  expect(moneyFor(paid, others)).toBeUndefined();
  expect(moneyFor(paid, [money, atTill()])).toBeUndefined();
});

it('whatever request a telling answers lies where requests are looked for', () => {
  const at = fc.integer({ min: -10, max: 10 }).map((minute) => new Date(AT.getTime() + minute * 60_000));
  fc.assert(
    fc.property(fc.array(at, { minLength: 1 }), at, fc.option(at), (paid, createdAt, settledAt) => {
      const tellings = paid.map((paidAt) => aTelling({ paidAt }));
      const request = aRequest({ createdAt, settledAt, status: settledAt ? 'expired' : 'prompted' });
      const { endedSince, madeUntil } = spanOf(tellings);
      if (!tellings.some((telling) => requestFor(telling, [request]))) return;
      expect([createdAt <= madeUntil, settledAt === null || settledAt >= endedSince]).toEqual([true, true]);
    }),
  );
  const [first, last] = [new Date('2026-01-15T05:31:20Z'), new Date('2026-01-15T05:40:00Z')];
  expect(spanOf([aTelling({ paidAt: last }), aTelling({ paidAt: first, amountCents: 100 })])).toEqual({
    channelIds: ['channel'],
    amountsCents: [150_000, 100],
    endedSince: new Date('2026-01-15T05:29:20Z'),
    madeUntil: new Date('2026-01-15T05:42:00Z'),
  });
});

it('money from long after a query said that the prompt was paid is other money', () => {
  const hearsay = aRequest({ status: 'succeeded', settledAt: new Date('2026-01-15T05:31:50Z') });
  expect(requestFor(aTelling(), [hearsay])).toBe(hearsay);
  expect(requestFor(aTelling({ paidAt: new Date('2026-01-15T06:31:20Z') }), [hearsay])).toBeUndefined();
});

it('money that fits a request that waits and one that ended in vain is for the one that waits', () => {
  const ended = aRequest({ id: 'ended', status: 'expired', settledAt: new Date('2026-01-15T05:36:20Z') });
  const waiting = aRequest();
  expect(requestFor(aTelling(), [ended])).toBe(ended);
  expect(requestFor(aTelling(), [ended, waiting])).toBe(waiting);
  expect(requestFor(aTelling(), [ended, { ...ended, id: 'another' }])).toBeUndefined();
});
