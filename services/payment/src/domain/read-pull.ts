import { parseEatStamp, readPayerNumber } from '@malipo/values';
import { parseFields, readAmount, readReceipt, textIn, timeFlags } from './body.ts';
import { payerNames } from './read-c2b.ts';
import { type Channel, type Delivery, type Reading, type Trace, unreadable } from './telling.ts';

/** One row of Pull as if it had been delivered to us. */
export function toPullDelivery(row: unknown, channel: Channel, receivedAt: Date, trace: Trace): Delivery {
  const body = Buffer.from(JSON.stringify(row));
  const raw = {
    deliveryId: trace.correlationId,
    body,
    bytes: body.length,
    sha256: null,
    receivedAt,
    from: 'pull',
  };
  return { channel, kind: 'pull', requestId: null, raw, listed: true, trace };
}

/**
 * Reads one row of Pull. Its `trxDate` ends in `Z` though the wall clock is Nairobi's.
 * @see docs/providers.md
 */
export function readPullRow({ channel, raw, trace }: Delivery): Reading {
  const fields = parseFields(raw.body);
  if (!fields) return unreadable('not_a_json_object');
  const receipt = readReceipt(textIn(fields, 'transactionId'));
  if (!receipt) return unreadable('receipt_missing');
  const amount = readAmount(textIn(fields, 'amount'));
  if ('reason' in amount) return unreadable(amount.reason);
  const paidAt = parseEatStamp(textIn(fields, 'trxDate').replace(/\D/g, '').slice(0, 14));
  return {
    kind: 'payment',
    telling: {
      channel,
      kind: 'pull',
      receipt,
      amountCents: amount.amountCents,
      paidAt: paidAt ?? raw.receivedAt,
      reference: textIn(fields, 'billreference') || null,
      narrative: null,
      number: readPayerNumber(fields.msisdn),
      payerNames: payerNames(textIn(fields, 'sender')),
      requestId: null,
      checkoutRequestId: null,
      flags: timeFlags(paidAt, raw.receivedAt),
      raw,
      trace,
    },
  };
}
