import { parseEatStamp, readPayerNumber } from '@malipo/values';
import { readAmount, readReceipt, textIn, timeFlags } from './body.ts';
import { payerNames } from './read-c2b.ts';
import type { Channel, Telling, Trace } from './telling.ts';

/**
 * Reads one row of Pull. Its `trxDate` ends in `Z` though the wall clock is Nairobi's.
 * @returns undefined for a row that tells of no payment
 * @see docs/providers.md
 */
export function readPullRow(row: unknown, channel: Channel, receivedAt: Date, trace: Trace): Telling | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  const fields: Record<string, unknown> = { ...row };
  const receipt = readReceipt(textIn(fields, 'transactionId'));
  const amount = readAmount(textIn(fields, 'amount'));
  if (!receipt || 'reason' in amount) return undefined;
  const paidAt = parseEatStamp(textIn(fields, 'trxDate').replace(/\D/g, '').slice(0, 14));
  const body = Buffer.from(JSON.stringify(row));
  return {
    channel,
    kind: 'pull',
    receipt,
    amountCents: amount.amountCents,
    paidAt: paidAt ?? receivedAt,
    reference: textIn(fields, 'billreference') || null,
    narrative: null,
    number: readPayerNumber(fields.msisdn),
    payerNames: payerNames(textIn(fields, 'sender')),
    requestId: null,
    checkoutRequestId: null,
    flags: timeFlags(paidAt, receivedAt),
    raw: { deliveryId: trace.correlationId, body, bytes: body.length, sha256: null, receivedAt, from: 'pull' },
    trace,
  };
}
