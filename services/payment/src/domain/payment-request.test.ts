import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  accountReferenceOf,
  couldBeOurs,
  isOpen,
  type Outcome,
  requestFor,
  settle,
  statusOfCode,
} from './payment-request.ts';
import { aRequest, aTelling } from './testing/builders.ts';

const AT = new Date('2026-01-15T06:00:00Z');
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  status: 'succeeded',
  resultCode: '0',
  resultDescription: 'paid',
  paymentId: 'payment',
  ...changes,
});

it('whatever comes and in whatever order: a success stays, and a payment stays with it', () => {
  const any = fc
    .record({
      status: fc.constantFrom('succeeded', 'cancelled', 'failed', 'expired') as fc.Arbitrary<Outcome['status']>,
      paymentId: fc.option(fc.constantFrom('payment', 'other')),
    })
    .map((one) => outcome(one.status === 'succeeded' ? one : { ...one, paymentId: null }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (outcomes) => {
      let request = aRequest();
      for (const one of outcomes) {
        const next = settle(request, one, AT);
        if (request.status === 'succeeded' && next) expect(next.status).toBe('succeeded');
        if (request.paymentId) expect(next).toBeUndefined();
        if (next) expect(next.version).toBe(request.version + 1);
        request = next ?? request;
      }
      const paid = outcomes.some(({ status }) => status === 'succeeded');
      expect(request.status === 'succeeded').toBe(paid);
      expect(isOpen(request)).toBe(outcomes.length === 0);
      expect(request.expects).toBe(outcomes.length === 0 || (paid && request.paymentId === null));
    }),
  );
});

it.each([
  ['0', 'succeeded'],
  ['1032', 'cancelled'],
  ['1019', 'expired'],
  ['1037', 'failed'],
  ['an unknown code', 'failed'],
])('code %s means %s', (code, status) => expect(statusOfCode(code)).toBe(status));

it('a telling is linked by name first, else only where exactly one request fits', () => {
  const request = aRequest();
  expect(requestFor(aTelling({ requestId: 'request', reference: 'typo' }), [request])).toBe(request);
  expect(requestFor(aTelling({ checkoutRequestId: 'ws_CO_1' }), [request])).toBe(request);
  expect(requestFor(aTelling(), [request])).toBe(request);
  expect(requestFor(aTelling(), [request, aRequest({ id: 'second' })])).toBeUndefined();
});

it.each([
  ['another organisation', { organisationId: 'other' }],
  ['another channel', { channelId: 'other' }],
  ['another amount', { amountCents: 100 }],
  ['another reference', { accountReference: 'OTHER' }],
  ['another number', { phone: '254711111111' }],
  ['a request that is paid', { expects: false }],
])('%s does not fit', (_name, changes) => expect(requestFor(aTelling(), [aRequest(changes)])).toBeUndefined());

it('makes references that a prompt can carry', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9/ -]{1,40}$/), (number) => {
      const reference = accountReferenceOf(number);
      if (reference) expect(couldBeOurs(reference)).toBe(true);
    }),
  );
  expect(accountReferenceOf('INV-2026-00123')).toBe('INV202600123');
});
