import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answered } from '../provider.ts';
import { checkCallbackUrl } from './callback-url.ts';
import type { MpesaContext } from './context.ts';
import { DarajaError, invalid } from './errors.ts';
import { authorise } from './oauth.ts';
import { pay } from './pay.ts';
import { Digits, KenyanMsisdn, readRequest, ShortcodeNumber, WholeShillings } from './request.ts';
import type { DarajaApp, Shortcode } from './shortcodes.ts';

const RegisterUrls = z.looseObject({
  ShortCode: ShortcodeNumber,
  ResponseType: z.enum(['Completed', 'Cancelled']),
  ConfirmationURL: z.string(),
  ValidationURL: z.string(),
});

const Simulate = z.looseObject({
  ShortCode: ShortcodeNumber,
  CommandID: z.enum(['CustomerPayBillOnline', 'CustomerBuyGoodsOnline']),
  Amount: WholeShillings,
  Msisdn: KenyanMsisdn,
  BillRefNumber: Digits.pipe(z.string().max(20)).nullish(),
});

const KIND_OF_COMMAND = { CustomerPayBillOnline: 'paybill', CustomerBuyGoodsOnline: 'till' };

/** URL registration and simulation, in both versions. */
export function c2bRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  for (const version of ['v1', 'v2'] as const) {
    app.post(`/mpesa/c2b/${version}/registerurl`, async (request) => {
      const client = authorise(ctx, request, 'c2b');
      return register(ctx, client, version, request.body);
    });
    app.post(`/mpesa/c2b/${version}/simulate`, async (request, reply) => {
      const client = authorise(ctx, request, 'c2b');
      const payment = readSimulate(ctx, client, request.body);
      ctx.background.after(ctx.settings.timings.callbackDelayMs, () => pay(ctx, payment), answered(reply));
      return acknowledgement(ctx, 'Accept the service request successfully.');
    });
  }
}

/** Registers once in production; elsewhere a later registration replaces the earlier. @see docs/providers.md */
function register(ctx: MpesaContext, client: DarajaApp, version: 'v1' | 'v2', body: unknown) {
  const sent = readRequest(RegisterUrls, body);
  const { strict } = ctx.settings;
  const confirmationUrl = checkCallbackUrl(sent.ConfirmationURL, 'ConfirmationURL', strict);
  const validationUrl = sent.ValidationURL && checkCallbackUrl(sent.ValidationURL, 'ValidationURL', strict);
  const shortcode = owned(ctx, client, sent.ShortCode);
  if (shortcode.production && shortcode.urls) {
    if (strict.duplicateRegistration === 'legacy')
      return { ConversationID: '', OriginatorCoversationID: '', ResponseDescription: 'Urls already registered' };
    throw new DarajaError(500, '500.003.1001', 'Urls are already registered');
  }
  ctx.registry.setUrls(sent.ShortCode, { version, responseType: sent.ResponseType, confirmationUrl, validationUrl });
  return acknowledgement(ctx, 'Success');
}

function readSimulate(ctx: MpesaContext, client: DarajaApp, body: unknown) {
  const sent = readRequest(Simulate, body);
  const shortcode = owned(ctx, client, sent.ShortCode);
  if (shortcode.production) throw new DarajaError(404, '404.001.01', 'Resource not found');
  if (KIND_OF_COMMAND[sent.CommandID] !== shortcode.kind) throw invalid('CommandID');
  return {
    shortcode: shortcode.shortcode,
    amountCents: sent.Amount * 100,
    phone: sent.Msisdn,
    reference: sent.BillRefNumber ?? '',
    names: { first: 'JOHN', middle: '', last: 'DOE' },
  };
}

/** An app's own short code. @throws {DarajaError} */
export function owned(ctx: MpesaContext, client: DarajaApp, number: string): Shortcode {
  const shortcode = ctx.registry.find(number);
  if (shortcode?.consumerKey !== client.consumerKey) throw invalid('ShortCode');
  return shortcode;
}

/** The misspelt key is Daraja's own. */
const acknowledgement = (ctx: MpesaContext, description: string) => ({
  OriginatorCoversationID: ctx.requestId(),
  ResponseCode: '0',
  ResponseDescription: description,
});
