import { parseEatStamp, readPayerNumber, visible } from '@malipo/values';
import { isOdd, parseDigits, parseFields, readAmount, readReceipt, textIn, timeFlags } from './body.ts';
import { type Channel, type Delivery, type Reading, unreadable } from './telling.ts';

/** Fields that carry text of the payer's; another shape there is a doubt, no reason to lose money. */
const TEXTS = ['BillRefNumber', 'MSISDN', 'FirstName', 'MiddleName', 'LastName', 'InvoiceNumber', 'TransTime'];

/** Text at M-Pesa; a number there loses digits where it is read as one. */
const NUMBERS = ['TransAmount', 'TransID', 'BillRefNumber', 'MSISDN'];

/**
 * Reads a C2B confirmation. The amount is taken from its digits; what the payer typed stays verbatim.
 * @see docs/providers.md
 */
export function readC2b({ channel, raw, listed, trace }: Delivery): Reading {
  let body = parseFields(raw.body);
  if (body && NUMBERS.some((name) => typeof body?.[name] === 'number')) body = parseDigits(raw.body); // digits, no floats
  if (!body) return unreadable('not_a_json_object');
  const receipt = readReceipt(textIn(body, 'TransID'));
  if (!receipt) return unreadable('receipt_missing');
  const amount = readAmount(textIn(body, 'TransAmount'));
  if ('reason' in amount) return unreadable(amount.reason);
  if (!isOf(channel, textIn(body, 'BusinessShortCode'))) return unreadable('shortcode_mismatch');
  const paidAt = parseEatStamp(textIn(body, 'TransTime'));
  const flags = timeFlags(paidAt, raw.receivedAt);
  if (!listed) flags.push('unlisted_sender');
  for (const name of TEXTS) if (isOdd(body, name) && !flags.includes('odd_shape')) flags.push('odd_shape');
  return {
    kind: 'payment',
    telling: {
      channel,
      kind: 'c2b',
      receipt,
      amountCents: amount.amountCents,
      paidAt: paidAt ?? raw.receivedAt,
      reference: textIn(body, 'BillRefNumber') || null,
      narrative: textIn(body, 'InvoiceNumber') || null,
      number: readPayerNumber(body.MSISDN),
      payerNames: payerNames(textIn(body, 'FirstName'), textIn(body, 'MiddleName'), textIn(body, 'LastName')),
      requestId: null,
      checkoutRequestId: null,
      flags,
      raw,
      trace,
    },
  };
}

/** A till's messages name the till or its store. */
const isOf = ({ storeNumber, formerStoreNumbers, ...channel }: Channel, shortcode: string): boolean =>
  ['', channel.shortcode, storeNumber].includes(shortcode) || formerStoreNumbers.includes(shortcode);

/** The payer's name in one piece; any part may be empty or missing. */
export function payerNames(...parts: string[]): string[] {
  const name = parts
    .map((part) => visible(part, 100).trim())
    .filter(Boolean)
    .join(' ');
  return name ? [name] : [];
}

/** What a C2B validation asks: which account does the payer mean? Undefined where the body cannot be read. */
export function readValidation(raw: Uint8Array): { reference: string } | undefined {
  const body = parseFields(raw);
  return body ? { reference: textIn(body, 'BillRefNumber') } : undefined;
}
