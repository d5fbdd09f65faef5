import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountReferenceOf, couldBeOurs, isOpen, type Outcome, settle, statusOfCode } from './payment-request.ts';
import { aRequest, aTelling } from './testing/builders.ts';

const AT = new Date('2026-01-15T06:00:00Z');
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  status: 'succeeded',
  resultCode: '0',
  resultDescription: 'paid',
  paymentId: 'payment',
  ...changes,
});

const CALLBACK = aTelling().raw;

it('whatever comes and in whatever order: a payment stays, and what a callback said outranks a query', () => {
  const any = fc
    .record({
      status: fc.constantFrom('succeeded', 'cancelled', 'failed', 'expired') as fc.Arbitrary<Outcome['status']>,
      paymentId: fc.option(fc.constantFrom('payment', 'other')),
      raw: fc.constantFrom(undefined, CALLBACK),
    })
    .map((one) => outcome(one.status === 'succeeded' ? { ...one, raw: undefined } : { ...one, paymentId: null }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (outcomes) => {
      let request = aRequest();
      for (const one of outcomes) {
        const next = settle(request, one, AT);
        if (request.status === 'succeeded' && next?.status !== 'succeeded')
          expect(next && one.raw).toBe(next && CALLBACK);
        if (request.paymentId) expect(next).toBeUndefined();
        if (next) expect(next.version).toBe(request.version + 1);
        if (next) expect(next.expects).toBe(one.raw === undefined && next.paymentId === null);
        request = next ?? request;
      }
      const paid = outcomes.find(({ paymentId }) => paymentId !== null);
      expect(request.paymentId).toBe(paid?.paymentId ?? null);
      if (paid) expect(request.status).toBe('succeeded');
      if (!outcomes.some(({ status }) => status === 'succeeded')) expect(request.status).not.toBe('succeeded');
      expect(isOpen(request)).toBe(outcomes.length === 0);
    }),
  );
});

it('what only a query said was paid waits for its money, and a callback overrules it', () => {
  const settledAt = new Date('2026-01-15T05:31:50Z');
  const hearsay = aRequest({ status: 'succeeded', settledAt });
  expect(settle(hearsay, outcome({ paymentId: null }), AT)).toBeUndefined();
  expect(settle(hearsay, outcome({ status: 'failed', paymentId: null }), AT)).toBeUndefined();
  expect(settle(hearsay, outcome({ status: 'failed', paymentId: null, raw: CALLBACK }), AT)).toMatchObject({
    status: 'failed',
    settledAt: AT,
    expects: false,
  });
  expect(settle(hearsay, outcome(), AT)).toMatchObject({ status: 'succeeded', paymentId: 'payment', settledAt });
});

it.each([
  ['0', 'succeeded'],
  ['1032', 'cancelled'],
  ['1019', 'expired'],
  ['1037', 'failed'],
  ['an unknown code', 'failed'],
])('code %s means %s', (code, status) => expect(statusOfCode(code)).toBe(status));

it('makes references that a prompt can carry', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9/ -]{1,40}$/), (number) => {
      const reference = accountReferenceOf(number);
      if (reference) expect(couldBeOurs(reference)).toBe(true);
    }),
  );
  expect(accountReferenceOf('INV-2026-00123')).toBe('INV202600123');
});
