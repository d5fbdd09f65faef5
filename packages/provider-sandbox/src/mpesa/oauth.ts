import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../options.ts';
import type { Random } from '../random.ts';
import type { MpesaContext } from './context.ts';
import { DarajaError } from './errors.ts';
import type { DarajaApp, Product } from './shortcodes.ts';

interface Grant {
  consumerKey: string;
  products: ReadonlySet<Product>;
  expiresAt: number;
}

export interface Tokens {
  issue(app: DarajaApp): string;
  /** The grant of a token that is still good. */
  check(token: string): Grant | undefined;
  /** Ends tokens before their time: one app's, or all. */
  expire(consumerKey?: string): void;
}

export function createTokens({ now, timings, strict }: Settings, random: Random): Tokens {
  const grants = new Map<string, Grant>();
  const expire = (consumerKey?: string): void => {
    for (const [token, grant] of grants) if (!consumerKey || grant.consumerKey === consumerKey) grants.delete(token);
  };
  return {
    expire,
    issue: ({ consumerKey, products }) => {
      if (strict.newTokenEndsOld) expire(consumerKey);
      const token = random.hex(28);
      const expiresAt = now().getTime() + timings.tokenLifetimeMs;
      grants.set(token, { consumerKey, products: new Set(products), expiresAt });
      return token;
    },
    check: (token) => {
      const grant = grants.get(token);
      if (grant && grant.expiresAt <= now().getTime()) grants.delete(token);
      return grants.get(token);
    },
  };
}

/** The same fault has a different code in each API; STK answers it with HTTP 404. @see docs/providers.md */
const INVALID_TOKEN: Record<Product, [status: number, errorCode: string]> = {
  stk: [404, '404.001.03'],
  c2b: [401, '401.003.01'],
  status: [401, '401.002.01'],
  reversal: [400, '400.003.01'],
  pull: [401, '401.003.01'],
};

/**
 * Who calls, by bearer token. A token is bound to the products its app had when it was issued.
 * @throws {DarajaError} with the API's own invalid-token code
 */
export function authorise(ctx: MpesaContext, request: FastifyRequest, product: Product): DarajaApp {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer') throw new DarajaError(404, '404.001.04', 'Invalid Authentication Header');
  const grant = ctx.tokens.check(token);
  const app = grant && ctx.registry.app(grant.consumerKey);
  if (app && !app.products.has(product))
    throw new DarajaError(401, '401.002.01', 'Invalid API call as no apiproduct match found');
  if (app && grant.products.has(product)) return app;
  const [status, errorCode] = INVALID_TOKEN[product];
  throw new DarajaError(status, errorCode, 'Invalid Access Token');
}

/** `GET /oauth/v1/generate`. */
export function oauthRoutes(app: FastifyInstance, ctx: MpesaContext): void {
  app.get<{ Querystring: { grant_type?: string } }>('/oauth/v1/generate', async (request) => {
    const client = basicClient(ctx, request);
    if (!client) throw new DarajaError(400, '400.008.01', 'Invalid Authentication passed');
    if (request.query.grant_type !== 'client_credentials')
      throw new DarajaError(400, '400.008.02', 'Invalid grant type passed');
    // Real traffic carries the lifetime as text.
    return { access_token: ctx.tokens.issue(client), expires_in: '3599' };
  });
}

function basicClient(ctx: MpesaContext, request: FastifyRequest): DarajaApp | undefined {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return undefined;
  const text = Buffer.from(credentials, 'base64').toString();
  const key = text.slice(0, text.indexOf(':'));
  const client = ctx.registry.app(key);
  return client && text === `${key}:${client.consumerSecret}` ? client : undefined;
}
