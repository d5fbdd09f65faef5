import { eatDateTime } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { owned } from './c2b.ts';
import { decimalAmount, showPayer } from './c2b-payload.ts';
import { checkCallbackUrl } from './callback-url.ts';
import type { MpesaContext } from './context.ts';
import { DarajaError } from './errors.ts';
import type { Transaction } from './ledger.ts';
import { authorise } from './oauth.ts';
import { fullName } from './portal-text.ts';
import { Digits, readRequest, ShortcodeNumber } from './request.ts';
import type { Shortcode } from './shortcodes.ts';

const PullRegistration = z.looseObject({
  ShortCode: ShortcodeNumber,
  RequestType: z.literal('Pull'),
  NominatedNumber: Digits,
  CallBackURL: z.string(),
});

/** `YYYY-MM-DD HH:mm:ss` in Nairobi. */
const EatDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .transform((text) => new Date(`${text.replace(' ', 'T')}+03:00`))
  .refine((date) => !Number.isNaN(date.getTime()));

const PullQuery = z.looseObject({
  ShortCode: ShortcodeNumber,
  StartDate: EatDateTime,
  EndDate: EatDateTime,
  OffSetValue: Digits.pipe(z.string().regex(/^\d+$/)).transform(Number),
});
type PullQuery = z.infer<typeof PullQuery>;

const WINDOW_MS = 48 * 60 * 60 * 1000;

/** Pull: what was paid in the last 48 hours, whether or not a callback arrived. No `/mpesa` in these paths. */
export function pullRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  app.post('/pulltransactions/v1/register', async (request) => {
    const client = authorise(ctx, request, 'pull');
    const sent = readRequest(PullRegistration, request.body);
    checkCallbackUrl(sent.CallBackURL, 'CallBackURL', ctx.settings.strict);
    const shortcode = live(ctx, owned(ctx, client, sent.ShortCode));
    const known = shortcode.pullRegistered;
    ctx.registry.registerPull(shortcode.shortcode);
    // Keys come with and without a space; callers must read both.
    return {
      ResponseRefID: ctx.requestId(),
      'Response Status': known ? '1001' : '1000',
      ShortCode: shortcode.shortcode,
      'Response Description': known ? 'ShortCode already Registered' : 'ShortCode Registered Successfully',
    };
  });
  app.post('/pulltransactions/v1/query', async (request) => {
    const client = authorise(ctx, request, 'pull');
    const query = readRequest(PullQuery, request.body);
    return answer(ctx, live(ctx, owned(ctx, client, query.ShortCode)), query);
  });
}

function live(ctx: MpesaContext, shortcode: Shortcode): Shortcode {
  if (ctx.settings.strict.pullLiveOnly && !shortcode.production)
    throw new DarajaError(404, '404.001.01', 'Resource not found');
  return shortcode;
}

/** A nested array; 1001 where there is nothing, also before registration. */
function answer(ctx: MpesaContext, shortcode: Shortcode, query: PullQuery) {
  const { pullPageSize } = ctx.settings;
  const found = shortcode.pullRegistered ? inWindow(ctx, shortcode, query) : [];
  const page = found.slice(query.OffSetValue, query.OffSetValue + pullPageSize);
  const ResponseRefID = ctx.requestId();
  if (page.length === 0)
    return { ResponseRefID, ResponseCode: '1001', ResponseMessage: 'No transactions found', Response: [] };
  return {
    ResponseRefID,
    ResponseCode: '1000',
    ResponseMessage: 'Success',
    Response: [page.map((paid) => row(ctx, shortcode, paid))],
  };
}

/** Customer payments only, oldest first. */
function inWindow({ ledger, settings }: MpesaContext, shortcode: Shortcode, { StartDate, EndDate }: PullQuery) {
  const horizon = settings.now().getTime() - WINDOW_MS;
  const from = Math.max(StartDate.getTime(), horizon);
  // Stamps have whole seconds, so the last second counts to its end.
  const until = EndDate.getTime() + 999;
  return ledger
    .of(shortcode.shortcode)
    .filter(({ kind, status }) => status === 'Completed' && (kind === 'c2b' || kind === 'stk'))
    .filter(({ completedAt }) => completedAt.getTime() >= from && completedAt.getTime() <= until)
    .toSorted((left, right) => left.completedAt.getTime() - right.completedAt.getTime());
}

/** The `Z` is in the wire format although the wall clock is most likely Nairobi's. */
function row(ctx: MpesaContext, shortcode: Shortcode, paid: Transaction) {
  const { completedAt } = paid;
  const eat = `${eatDateTime(completedAt).replace(' ', 'T')}Z`;
  return {
    transactionId: paid.receipt,
    trxDate: ctx.settings.pullTimes === 'eat' ? eat : `${completedAt.toISOString().slice(0, 19)}Z`,
    msisdn: showPayer(shortcode, paid.phone),
    sender: fullName(paid.names),
    transactiontype: shortcode.kind === 'till' ? 'c2b-buy-goods-debit' : 'c2b-pay-bill-debit',
    billreference: shortcode.kind === 'till' ? '' : paid.reference,
    amount: decimalAmount(paid.amountCents),
    organizationname: shortcode.organisationName,
  };
}
