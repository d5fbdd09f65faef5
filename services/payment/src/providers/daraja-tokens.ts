import { type HttpClient, UpstreamError } from '@malipo/service-kit';
import { LRUCache } from 'lru-cache';
import type { Credentials } from './daraja.ts';
import { readDarajaAnswer, textOf } from './daraja-answer.ts';

type Token = { value: string; goodUntil: number };

/** A token is renewed this long before its end, so that none expires on the way. */
const EARLY_MS = 3 * 60_000;

export type Tokens = {
  /** @param refused a token that the provider would not take. @throws {UpstreamError} daraja_credentials_refused, or where nobody answers */
  get(who: Credentials, refused?: string): Promise<string>;
  /** Asks for a new one; undefined where the credentials are refused. @throws {UpstreamError} where nobody answers */
  request(who: Credentials): Promise<string | undefined>;
};

/**
 * One token per app, shared by all its calls: sources differ on whether a new token ends the old one, and sharing makes
 * both true. Calls that come while one is fetched wait for it.
 */
export function createTokens(http: HttpClient, now: () => Date): Tokens {
  const tokens = new LRUCache<string, Token>({ max: 5_000 });
  const fetching = new Map<string, Promise<string | undefined>>();

  const fetchToken = async ({ consumerKey, consumerSecret }: Credentials): Promise<string | undefined> => {
    const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
    const answer = readDarajaAnswer(
      await http.request({
        method: 'GET',
        url: '/oauth/v1/generate?grant_type=client_credentials',
        headers: { authorization: `Basic ${basic}` },
        retries: 1,
      }),
    );
    if (answer.kind === 'unknown' || answer.kind === 'busy')
      throw new UpstreamError('daraja_unavailable', `the provider gives no token: ${answer.message}`);
    const value = answer.kind === 'ok' ? textOf(answer.body.access_token) : '';
    if (answer.kind !== 'ok' || !value) return undefined;
    const lifeMs = Number(textOf(answer.body.expires_in)) * 1000; // a string in real traffic, a number in newer pages
    tokens.set(consumerKey, { value, goodUntil: now().getTime() + Math.max(lifeMs - EARLY_MS, lifeMs / 2) });
    return value;
  };

  const request = (who: Credentials): Promise<string | undefined> => {
    const running = fetching.get(who.consumerKey);
    if (running) return running;
    const work = fetchToken(who).finally(() => fetching.delete(who.consumerKey));
    fetching.set(who.consumerKey, work);
    return work;
  };

  return {
    request: fetchToken,
    async get(who, refused) {
      const known = tokens.get(who.consumerKey);
      // another call may have renewed it meanwhile, and a third token might end the second
      if (known && known.value !== refused && known.goodUntil > now().getTime()) return known.value;
      const value = await request(who);
      if (value) return value;
      throw new UpstreamError('daraja_credentials_refused', 'the provider refuses the credentials of this channel');
    },
  };
}
