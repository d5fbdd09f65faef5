import { darajaRefusal } from '@malipo/api-contracts';

/** The services behind the gateway; each has a setting `MALIPO_<NAME>_URL`. */
export const upstreams = ['identity', 'invoice', 'payment', 'reconciliation', 'notification', 'analytics'] as const;
export type Upstream = (typeof upstreams)[number];

export type Route = {
  prefix: string;
  to: Upstream;
  /** Paths that need no token: `prefix` plus one of these, exactly. Empty: all need one. */
  open?: readonly string[];
  /** Providers call it with their own secret in the path: no token, no limit, nothing is shed. */
  callback?: true;
  /** The body of our own refusals, where whoever calls knows no problem+json. */
  refusal?: (path: string, detail: string) => object;
};

/**
 * Everything that the public door leads to. Whatever is not here is 404, also where a service would answer it. The
 * services check the token again: this table is no guard of theirs.
 */
export const routes: readonly Route[] = [
  { prefix: '/.well-known', to: 'identity', open: ['/jwks.json'] },
  {
    prefix: '/api/v1/auth',
    to: 'identity',
    open: ['/register', '/login', '/refresh', '/logout', '/accept-invite'],
  },
  { prefix: '/api/v1/organisation', to: 'identity' },
  { prefix: '/api/v1/users', to: 'identity' },
  { prefix: '/api/v1/customers', to: 'invoice' },
  { prefix: '/api/v1/invoices', to: 'invoice' },
  { prefix: '/api/v1/payment-channels', to: 'payment' },
  { prefix: '/api/v1/payment-requests', to: 'payment' },
  { prefix: '/api/v1/payments', to: 'payment' },
  { prefix: '/api/v1/reconciliation', to: 'reconciliation' },
  { prefix: '/api/v1/ledger', to: 'reconciliation' },
  { prefix: '/api/v1/analytics', to: 'analytics' },
  { prefix: '/api/v1/notifications', to: 'notification' },
  { prefix: '/callbacks/sms', to: 'notification', callback: true },
  { prefix: '/callbacks/email', to: 'notification', callback: true },
  { prefix: '/callbacks', to: 'payment', callback: true, refusal: darajaRefusal },
];

/** Where a path leads, if anywhere; callbacks are no part of the documented API. */
export const routeOf = (path: string): Route | undefined =>
  routes.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
