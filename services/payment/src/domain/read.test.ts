import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDigits, readAmount, textIn } from './body.ts';
import { read } from './read.ts';
import { readPullRow, toPullDelivery } from './read-pull.ts';
import { aChannel, aDelivery } from './testing/builders.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('an amount keeps every digit it was written with, as text or as number', () => {
  const digits = fc.tuple(fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: 0, max: 99 }));
  fc.assert(
    fc.property(digits, fc.boolean(), ([shillings, cents], asNumber) => {
      const written = `${shillings}.${String(cents).padStart(2, '0')}`;
      const fields = parseDigits(bytes(`{"Amount":${asNumber ? written : `"${written}"`}}`));
      expect(textIn(fields ?? {}, 'Amount')).toBe(written);
      expect(readAmount(written)).toEqual({ amountCents: shillings * 100 + cents });
    }),
  );
});

it('reading never throws and never makes money of nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.json(), fc.string({ unit: 'binary' })),
      fc.constantFrom('c2b', 'stk', 'result'),
      (body, kind) => {
        const reading = read(aDelivery(body, { kind: kind as 'c2b' }));
        if (reading.kind === 'payment') expect(reading.telling.amountCents).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1_000 },
  );
});

it('STK items are found by name in any order, with values missing', () => {
  const items = [
    { Name: 'PhoneNumber', Value: 254700000001 },
    { Name: 'Balance' },
    { Name: 'TransactionDate', Value: 20260115083112 },
    { Name: 'MpesaReceiptNumber', Value: 'UAF5X0A1B2' },
    { Name: 'Amount', Value: 1500.5 },
  ];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(items, { minLength: 5 }),
      fc.constantFrom<number | string>(0, '0'),
      (Item, ResultCode) => {
        const body = { Body: { stkCallback: { CheckoutRequestID: 'ws_1', ResultCode, CallbackMetadata: { Item } } } };
        expect(read(aDelivery(body, { kind: 'stk' }))).toMatchObject({
          kind: 'payment',
          telling: {
            receipt: 'UAF5X0A1B2',
            amountCents: 150_050,
            paidAt: new Date('2026-01-15T05:31:12Z'),
            number: { form: 'full', value: '254700000001' },
          },
        });
      },
    ),
  );
});

it('a till hears its own number and its store’s', () => {
  const channel = aChannel({ kind: 'till', shortcode: '5001234', storeNumber: '600990' });
  for (const [shortcode, kind] of [
    ['5001234', 'payment'],
    ['600990', 'payment'],
    ['600991', 'unreadable'],
  ] as const) {
    const body = { TransID: 'A', TransAmount: '10', BusinessShortCode: shortcode, BillRefNumber: '' };
    expect(read(aDelivery(body, { channel })).kind).toBe(kind);
  }
});

it('a row of Pull is Nairobi’s time, whatever its Z says', () => {
  const row = {
    transactionId: 'A',
    trxDate: '2026-01-15T08:31:12Z',
    amount: '1500.00',
    billreference: ' x ',
    sender: 'JANE DOE',
  };
  const at = new Date('2026-01-15T06:00:00Z');
  const trace = { correlationId: 'c', causationId: null, traceparent: null };
  expect(readPullRow(toPullDelivery(row, aChannel(), at, trace))).toMatchObject({
    kind: 'payment',
    telling: { paidAt: new Date('2026-01-15T05:31:12Z'), amountCents: 150_000, reference: ' x ', flags: [] },
  });
  for (const broken of [null, [], {}, { ...row, amount: '-1' }])
    expect(readPullRow(toPullDelivery(broken, aChannel(), at, trace))).toMatchObject({ kind: 'unreadable' });
});

it('what the payer typed keeps its digits where it comes as a number, and its characters whole where it is cut', () => {
  const base = { TransID: 'A', TransAmount: '10', BusinessShortCode: '600999' };
  const digits = aDelivery(base);
  const body = Buffer.from(JSON.stringify(base).replace('{', '{"BillRefNumber":12345678901234567890,'));
  const told = (delivery: typeof digits) => {
    const reading = read(delivery);
    return reading.kind === 'payment' ? reading.telling : undefined;
  };
  expect(told({ ...digits, raw: { ...digits.raw, body } })?.reference).toBe('12345678901234567890');
  const long = { ...base, BillRefNumber: `${'a'.repeat(499)}😀`, FirstName: `${'a'.repeat(99)}😀` };
  const { reference, payerNames: [name] = [] } = told(aDelivery(long)) ?? {};
  expect([reference?.isWellFormed(), name?.isWellFormed()]).toEqual([true, true]);
});
