import fc from 'fast-check';
import { expect, it } from 'vitest';
import { absorb } from './evidence.ts';
import { type Payment, receivePayment } from './payment.ts';
import type { OpenRequest } from './payment-request.ts';
import type { Telling } from './telling.ts';
import { aChannel, aRequest, aTelling } from './testing/builders.ts';

const c2b = aTelling();
const stk = aTelling({
  kind: 'stk',
  body: 'stk',
  reference: null,
  payerNames: [],
  number: { form: 'full', value: '254700000001' },
});
const pull = aTelling({ kind: 'pull', body: 'pull' });

const take = (payment: Payment, telling: Telling, request?: OpenRequest): Payment => {
  const absorbed = absorb(payment, telling, request);
  return absorbed.kind === 'evidence' ? absorbed.payment : payment;
};

it('the same bytes again are a repeat, the same delivery again is known', () => {
  const payment = receivePayment(c2b, undefined);
  expect(absorb(payment, aTelling({ deliveryId: 'two' }), undefined)).toEqual({ kind: 'repeat' });
  expect(absorb(payment, c2b, undefined)).toEqual({ kind: 'known' });
});

it.each(['pull', 'status', 'statement'] as const)('what we ask for again is no repeat: %s', (kind) => {
  const payment = receivePayment(aTelling({ kind, body: 'row' }), undefined);
  expect(absorb(payment, aTelling({ kind, body: 'row', deliveryId: 'two' }), undefined)).toEqual({ kind: 'known' });
});

it('twins come to the same facts in either order', () => {
  const facts = ({ reference, number, payerNames, channelKind, flags, amountCents }: Payment) => ({
    reference,
    number,
    payerNames,
    channelKind,
    flags,
    amountCents,
  });
  const one = take(receivePayment(c2b, undefined), stk);
  const other = take(receivePayment(stk, undefined), c2b);
  expect(facts(one)).toEqual(facts(other));
  expect(facts(one)).toMatchObject({ reference: 'INV0042', channelKind: 'paybill', number: { form: 'full' } });
});

it('money at a till has the reference of its prompt, whichever twin comes first', () => {
  const channel = aChannel({ kind: 'till' });
  const [first, second] = [aTelling({ channel, reference: null }), { ...stk, channel, requestId: 'request' }];
  const linked = { reference: 'INV0042', requestId: 'request', request: { invoiceId: 'invoice' } };
  expect(take(receivePayment(first, undefined), second, aRequest())).toMatchObject(linked);
  expect(take(receivePayment(second, aRequest()), first, aRequest())).toMatchObject(linked);
});

it('money that was known before a request was made answers it only where the provider says so', () => {
  const known = receivePayment(c2b, undefined);
  const later = aRequest({ createdAt: new Date(known.receivedAt.getTime() + 1) });
  expect(take(known, aTelling({ body: 'two' }), later).requestId).toBeNull();
  expect(take(known, aTelling({ body: 'two' }), aRequest({ createdAt: known.receivedAt })).requestId).toBe('request');
  expect(take(known, { ...stk, requestId: 'request' }, later).requestId).toBe('request');
});

it('money that answers a request answers no other one later', () => {
  const linked = receivePayment(c2b, aRequest());
  const told = take(
    linked,
    aTelling({ body: 'two', requestId: 'second' }),
    aRequest({ id: 'second', invoiceId: 'other' }),
  );
  expect(told).toMatchObject({ requestId: 'request', request: { invoiceId: 'invoice' } });
});

it('what the payer typed replaces what our prompt asked for, and nothing else is overwritten', () => {
  const prompted = receivePayment(stk, aRequest({ accountReference: 'ASKED' }));
  expect(prompted.reference).toBe('ASKED');
  const told = take(prompted, aTelling({ reference: 'tpyo' }));
  expect([told.reference, told.requestId]).toEqual(['tpyo', 'request']);
  expect(take(told, aTelling({ body: 'forged', reference: 'OTHER' })).reference).toBe('tpyo');
  const other = aTelling({ body: 'forged', number: { form: 'masked', value: '2547*****999' } });
  expect(take(receivePayment(c2b, undefined), other).number).toEqual(c2b.number);
  expect(take(prompted, aTelling({ kind: 'stk', body: 'again' })).channelKind).toBe('stk');
});

it('the same kind of message in other bytes is told only where it knows more', () => {
  const none = { reference: null, payerNames: [], number: { form: 'none' as const, value: '' as const } };
  const poor = aTelling(none);
  const richer = [
    { reference: 'INV0042' },
    { payerNames: ['ACHIENG'] },
    { number: { form: 'full', value: '254700000001' } as const },
  ].map((more) => aTelling({ ...none, ...more, body: 'two' }));
  const told = (first: Telling, second: Telling, request?: OpenRequest) =>
    absorb(receivePayment(first, undefined), second, request);
  for (const one of richer) expect(told(poor, one)).toMatchObject({ kind: 'evidence', tells: true });
  expect(told(poor, aTelling({ ...none, body: 'two' }), aRequest())).toMatchObject({ tells: true });
  expect(told(c2b, aTelling({ body: 'two' }))).toMatchObject({ kind: 'evidence', tells: false });
  expect(told(c2b, aTelling({ body: 'two', reference: 'OTHER' }))).toMatchObject({ tells: false });
});

it('a payment whose first message had no readable time takes the time of a later one, and loses the doubt', () => {
  const paidAt = new Date(c2b.paidAt.getTime() - 60_000);
  const untimedTwin = aTelling({ body: 'three', flags: ['odd_time'] });
  const untimed = receivePayment(aTelling({ flags: ['odd_time', 'unlisted_sender'] }), undefined);
  const told = absorb(untimed, aTelling({ body: 'two', paidAt }), undefined);
  expect(told).toMatchObject({ kind: 'evidence', tells: true, payment: { paidAt, flags: ['unlisted_sender'] } });
  expect(take(untimed, aTelling({ body: 'two', flags: ['odd_time'] })).flags).toContain('odd_time');
  expect(take(take(untimed, stk), untimedTwin).flags).toEqual(['unlisted_sender']);
  expect(take(receivePayment(c2b, undefined), untimedTwin).flags).toEqual([]);
  const old = new Date(paidAt.getTime() - 10 * 86_400_000);
  const late = take(untimed, aTelling({ body: 'two', paidAt: old, flags: ['odd_time'] }));
  expect([late.paidAt, late.flags.toSorted()]).toEqual([old, ['odd_time', 'unlisted_sender']]);
  const doubted = take(receivePayment(aTelling({ paidAt: old, flags: ['odd_time'] }), undefined), stk);
  expect([doubted.paidAt, doubted.flags]).toEqual([old, ['odd_time']]); // its time was read, and stays odd
});

it('another kind of message is told also where it knows no more', () => {
  const full = receivePayment(aTelling({ number: { form: 'full', value: '254700000001' } }), undefined);
  expect(absorb(full, stk, undefined)).toMatchObject({ kind: 'evidence', tells: true });
});

it('a body that was cut off is the same only where the hash of the whole is', () => {
  const cut = (sha256: string) => aTelling({ raw: { ...c2b.raw, deliveryId: sha256, sha256 } });
  const payment = receivePayment(cut('aa'), undefined);
  expect(absorb(payment, cut('bb'), undefined).kind).toBe('evidence');
});

it('a document stays bounded however many bodies claim to be its message, and the rest is counted', () => {
  const bodies = Array.from({ length: 25 }, (_none, index) => aTelling({ body: `forged ${index}` }));
  const end = bodies.reduce((payment, next) => take(payment, next), receivePayment(c2b, undefined));
  expect(end.evidence).toHaveLength(20);
  expect(absorb(end, aTelling({ body: 'one more' }), undefined)).toEqual({ kind: 'repeat' });
});

it('a row of Pull helps only where the payer’s own message is missing or its sender in doubt', () => {
  expect(absorb(receivePayment(c2b, undefined), pull, undefined).kind).toBe('known');
  expect(take(receivePayment(stk, undefined), pull).reference).toBe('INV0042');
  const doubted = receivePayment(aTelling({ flags: ['unlisted_sender'] }), undefined);
  expect(take(doubted, pull).flags).toEqual([]);
  const other = aTelling({ kind: 'pull', body: 'pull', amountCents: 100 });
  expect(take(doubted, other).flags).toEqual(['unlisted_sender', 'amount_conflict']);
});

it('no order of messages changes amount, receipt or id', () => {
  const telling = fc
    .record({
      kind: fc.constantFrom('c2b' as const, 'stk' as const, 'pull' as const),
      body: fc.string({ maxLength: 3 }),
      deliveryId: fc.uuid(),
      amountCents: fc.constantFrom(150_000, 100),
    })
    .map(aTelling);
  fc.assert(
    fc.property(fc.array(telling, { minLength: 1, maxLength: 60 }), ([first, ...rest]) => {
      const start = receivePayment(first ?? c2b, undefined);
      const end = rest.reduce((payment, next) => take(payment, next), start);
      expect([end.id, end.receipt, end.amountCents]).toEqual([start.id, start.receipt, start.amountCents]);
      expect(end.version - start.version).toBe(end.evidence.length - 1);
      const conflict = end.evidence.length > 1 && rest.some(({ amountCents }) => amountCents !== start.amountCents);
      if (!conflict) expect(end.flags).not.toContain('amount_conflict');
    }),
  );
});
