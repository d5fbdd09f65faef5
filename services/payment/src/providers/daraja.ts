import { type HttpClient, NotSentError, UpstreamError } from '@malipo/service-kit';
import { eatDateTime, eatStamp } from '@malipo/values';
import { resultCodeOf } from '../domain/payment-request.ts';
import { type DarajaAnswer, readDarajaAnswer, textOf } from './daraja-answer.ts';
import { createTokens } from './daraja-tokens.ts';

export type Credentials = {
  consumerKey: string;
  consumerSecret: string;
  passkey: string;
  initiatorName?: string | undefined;
  securityCredential?: string | undefined;
};

/** Who asks: the number that STK calls BusinessShortCode (a till's store), and the app behind it. */
export type Merchant = Credentials & { businessShortcode: string };

export type Push = {
  kind: 'paybill' | 'till';
  partyB: string;
  amountCents: number;
  /** `254…` digits. */
  phone: string;
  accountReference: string;
  description: string;
  callbackUrl: string;
};

export type Pushed = { checkoutRequestId: string; merchantRequestId: string };
export type Queried = { resultCode: string; resultDescription: string };
export type Page = { rows: unknown[] };

export type Daraja = {
  /** Do these credentials open the door? @throws {UpstreamError} where nobody answers */
  checkCredentials(credentials: Credentials): Promise<boolean>;
  push(merchant: Merchant, push: Push, traceparent?: string | null): Promise<DarajaAnswer<Pushed>>;
  query(merchant: Merchant, checkoutRequestId: string): Promise<DarajaAnswer<Queried>>;
  registerUrls(merchant: Merchant, shortcode: string, urls: C2bUrls): Promise<DarajaAnswer<unknown>>;
  registerPull(merchant: Merchant, shortcode: string, number: string, url: string): Promise<DarajaAnswer<unknown>>;
  /** One page of what was paid between two instants; empty when there is no more. */
  pull(merchant: Merchant, shortcode: string, from: Date, to: Date, offset: number): Promise<DarajaAnswer<Page>>;
};

export type C2bUrls = { confirmation: string; validation: string; responseType: 'Completed' | 'Cancelled' };

/** Safaricom's API, with its quirks kept in here. @see docs/providers.md */
export function createDaraja(http: HttpClient, now: () => Date): Daraja {
  const tokens = createTokens(http, now);

  /** A refused token moved nothing, so the call is made again once with a fresh one. */
  const call = async (who: Credentials, url: string, data: object, traceparent: string | null = null) => {
    let refused: string | undefined;
    for (let attempt = 1; ; attempt++) {
      const token = await tokens.get(who, refused);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await http
        .request({ method: 'POST', url, data, headers, traceparent })
        .then(readDarajaAnswer, unknownOutcome);
      if (answer.kind !== 'bad_token') return answer;
      if (attempt > 1) return TOKEN_REFUSED;
      refused = token;
    }
  };

  const signed = ({ businessShortcode, passkey }: Merchant) => {
    const Timestamp = eatStamp(now());
    const Password = Buffer.from(`${businessShortcode}${passkey}${Timestamp}`).toString('base64');
    return { BusinessShortCode: businessShortcode, Password, Timestamp };
  };

  return {
    checkCredentials: async (credentials) => (await tokens.request(credentials)) !== undefined,

    async push(merchant, push, traceparent) {
      const data = { ...signed(merchant), ...pushFields(push) };
      return mapOk(await call(merchant, '/mpesa/stkpush/v1/processrequest', data, traceparent), (body) => {
        const checkoutRequestId = textOf(body.CheckoutRequestID);
        if (textOf(body.ResponseCode) !== '0' || !checkoutRequestId) return undefined;
        return { checkoutRequestId, merchantRequestId: textOf(body.MerchantRequestID) };
      });
    },

    async query(merchant, checkoutRequestId) {
      const data = { ...signed(merchant), CheckoutRequestID: checkoutRequestId };
      return mapOk(await call(merchant, '/mpesa/stkpushquery/v1/query', data), (body) => {
        const resultCode = resultCodeOf(textOf(body.ResultCode));
        return resultCode ? { resultCode, resultDescription: textOf(body.ResultDesc) } : undefined;
      });
    },

    async registerUrls(merchant, shortcode, urls) {
      const data = {
        ShortCode: shortcode,
        ResponseType: urls.responseType,
        ConfirmationURL: urls.confirmation,
        ValidationURL: urls.validation,
      };
      // an old reply to a second registration has a description but no code: no success
      return mapOk(await call(merchant, '/mpesa/c2b/v2/registerurl', data), (body) =>
        textOf(body.ResponseCode) === '0' ? body : undefined,
      );
    },

    async registerPull(merchant, shortcode, number, url) {
      const data = { ShortCode: shortcode, RequestType: 'Pull', NominatedNumber: number, CallBackURL: url };
      return mapOk(await call(merchant, '/pulltransactions/v1/register', data), (body) => {
        const status = textOf(body.ResponseStatus) || textOf(body['Response Status']);
        return status === '1000' || status === '1001' ? body : undefined;
      });
    },

    async pull(merchant, shortcode, from, to, offset) {
      const data = {
        ShortCode: shortcode,
        StartDate: eatDateTime(from),
        EndDate: eatDateTime(to),
        OffSetValue: String(offset),
      };
      return mapOk(await call(merchant, '/pulltransactions/v1/query', data), (body) => {
        const code = textOf(body.ResponseCode);
        if (code === '1001') return { rows: [] };
        return code === '1000' && Array.isArray(body.Response) ? { rows: body.Response.flat() } : undefined;
      });
    },
  };
}

const TOKEN_REFUSED: DarajaAnswer<never> = {
  kind: 'refused',
  code: 'daraja_token_refused',
  message: 'the provider refuses the access token that it has just given',
};

/** Numbers, not texts, for the parties: texts were seen to end in a silent 1037. */
const pushFields = (push: Push) => ({
  TransactionType: push.kind === 'till' ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
  Amount: push.amountCents / 100,
  PartyA: Number(push.phone),
  PartyB: Number(push.partyB),
  PhoneNumber: Number(push.phone),
  CallBackURL: push.callbackUrl,
  AccountReference: push.accountReference,
  TransactionDesc: push.description,
});

/** Reads the body of a success; one that is not what it should be leaves the outcome open. */
function mapOk<Body>(
  answer: DarajaAnswer<Record<string, unknown>>,
  read: (body: Record<string, unknown>) => Body | undefined,
): DarajaAnswer<Body> {
  if (answer.kind !== 'ok') return answer;
  const body = read(answer.body);
  if (body !== undefined) return { kind: 'ok', body };
  const message = textOf(answer.body.ResponseDescription) || textOf(answer.body.ResponseMessage) || 'unexpected answer';
  return { kind: 'unknown', message };
}

function unknownOutcome(error: unknown): DarajaAnswer<never> {
  if (error instanceof NotSentError) return { kind: 'busy', code: error.code, message: error.message };
  if (error instanceof UpstreamError) return { kind: 'unknown', message: error.message };
  throw error;
}
