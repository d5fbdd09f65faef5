import { parseEatStamp, readPayerNumber } from '@malipo/values';
import { fieldsIn, parseDigits, readAmount, readReceipt, textIn, timeFlags } from './body.ts';
import { resultCodeOf } from './payment-request.ts';
import { type Delivery, type Reading, unreadable } from './telling.ts';

/**
 * Reads an STK callback. A failure has no metadata and no receipt; a success names its items in any order, some of them
 * without a value. It carries neither short code nor reference: both follow from the URL it came by.
 * @see docs/providers.md
 */
export function readStk(delivery: Delivery): Reading {
  const callback = fieldsIn(parseDigits(delivery.raw.body), 'Body', 'stkCallback');
  if (!callback) return unreadable('not_an_stk_callback');
  const checkoutRequestId = textIn(callback, 'CheckoutRequestID', 100);
  const resultCode = resultCodeOf(textIn(callback, 'ResultCode', 40));
  if (!resultCode) return unreadable('result_code_missing');
  if (resultCode === '0') return readSuccess(delivery, items(callback), checkoutRequestId);
  if (!checkoutRequestId && !delivery.requestId) return unreadable('request_missing');
  return {
    kind: 'failure',
    failure: {
      channel: delivery.channel,
      requestId: delivery.requestId,
      checkoutRequestId,
      resultCode,
      resultDescription: textIn(callback, 'ResultDesc', 300),
      raw: delivery.raw,
      trace: delivery.trace,
    },
  };
}

function readSuccess(delivery: Delivery, item: Record<string, unknown>, checkoutRequestId: string): Reading {
  const { channel, raw, listed, requestId, trace } = delivery;
  const receipt = readReceipt(textIn(item, 'MpesaReceiptNumber'));
  if (!receipt) return unreadable('receipt_missing');
  const amount = readAmount(textIn(item, 'Amount'));
  if ('reason' in amount) return unreadable(amount.reason);
  const paidAt = parseEatStamp(textIn(item, 'TransactionDate'));
  return {
    kind: 'payment',
    telling: {
      channel,
      kind: 'stk',
      receipt,
      amountCents: amount.amountCents,
      paidAt: paidAt ?? raw.receivedAt,
      reference: null,
      narrative: null,
      number: readPayerNumber(item.PhoneNumber),
      payerNames: [],
      requestId,
      checkoutRequestId: checkoutRequestId || null,
      flags: [...timeFlags(paidAt, raw.receivedAt), ...(listed ? [] : (['unlisted_sender'] as const))],
      raw,
      trace,
    },
  };
}

/** The metadata as one object, by name. */
function items(callback: Record<string, unknown>): Record<string, unknown> {
  const list = fieldsIn(callback, 'CallbackMetadata')?.Item;
  if (!Array.isArray(list)) return {};
  const named = list.filter((item): item is { Name: string; Value?: unknown } => typeof item?.Name === 'string');
  return Object.fromEntries(named.map((item) => [item.Name, item.Value]));
}
