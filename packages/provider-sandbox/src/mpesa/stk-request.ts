import { parseEatStamp } from '@malipo/values';
import { z } from 'zod';
import { checkCallbackUrl } from './callback-url.ts';
import type { MpesaContext } from './context.ts';
import { DarajaError, invalid, overloaded } from './errors.ts';
import { Digits, KenyanMsisdn, readRequest, ShortcodeNumber, WholeShillings } from './request.ts';
import type { DarajaApp, Shortcode } from './shortcodes.ts';

const StkCredentials = z.looseObject({
  BusinessShortCode: ShortcodeNumber,
  Password: z.string().min(1),
  Timestamp: Digits.refine((stamp) => parseEatStamp(stamp) !== undefined),
});
type StkCredentials = z.infer<typeof StkCredentials>;

export const StkRequest = StkCredentials.extend({
  TransactionType: z.enum(['CustomerPayBillOnline', 'CustomerBuyGoodsOnline']),
  Amount: WholeShillings,
  PartyA: KenyanMsisdn,
  PartyB: ShortcodeNumber,
  PhoneNumber: KenyanMsisdn,
  CallBackURL: z.string(),
  AccountReference: Digits.pipe(z.string().min(1)),
  TransactionDesc: Digits.pipe(z.string().min(1).max(13)),
});
export type StkRequest = z.infer<typeof StkRequest>;

const MAX_REFERENCE = 12;

/** base64(shortcode + passkey + timestamp), with the very same timestamp text. @see docs/providers.md */
export const stkPassword = (shortcode: string, passkey: string, timestamp: string): string =>
  Buffer.from(shortcode + passkey + timestamp).toString('base64');

/** Reads and checks a push request. @throws {DarajaError} */
export function readStkRequest(
  ctx: MpesaContext,
  app: DarajaApp,
  body: unknown,
): { stk: StkRequest; shortcode: Shortcode; textParties: boolean } {
  const stk = readRequest(StkRequest, body);
  const { strict } = ctx.settings;
  if (strict.longReference === 'reject' && stk.AccountReference.length > MAX_REFERENCE)
    throw invalid('AccountReference');
  checkCallbackUrl(stk.CallBackURL, 'CallBackURL', strict);
  const sent = body as Record<string, unknown>;
  const textParties = typeof sent.PartyA === 'string' || typeof sent.PhoneNumber === 'string';
  return { stk, shortcode: authenticate(ctx, app, stk), textParties };
}

const StkQueryRequest = StkCredentials.extend({ CheckoutRequestID: z.string().min(1) });

/** Reads and checks a query. @throws {DarajaError} */
export function readStkQuery(ctx: MpesaContext, app: DarajaApp, body: unknown) {
  const query = readRequest(StkQueryRequest, body);
  return { checkoutRequestId: query.CheckoutRequestID, shortcode: authenticate(ctx, app, query) };
}

function authenticate(ctx: MpesaContext, app: DarajaApp, sent: StkCredentials): Shortcode {
  const number = sent.BusinessShortCode;
  const shortcode = ctx.registry.find(number);
  // A till's own number is not a BusinessShortCode; its store number is.
  const known = shortcode && (shortcode.storeNumber ?? shortcode.shortcode) === number;
  if (!known || shortcode.consumerKey !== app.consumerKey) throw overloaded('Merchant does not exist');
  if (sent.Password !== stkPassword(number, shortcode.passkey, sent.Timestamp)) throw overloaded('Wrong credentials');
  checkTimestamp(ctx, sent.Timestamp);
  return shortcode;
}

function checkTimestamp({ settings }: MpesaContext, timestamp: string): void {
  const { timestampWindowMs } = settings.strict;
  const age = settings.now().getTime() - (parseEatStamp(timestamp)?.getTime() ?? 0);
  if (timestampWindowMs > 0 && Math.abs(age) > timestampWindowMs)
    throw new DarajaError(400, '400.002.02', 'Bad Request - Invalid Timestamp');
}
