import { plainAddress } from '@malipo/service-kit';

type Headers = Record<string, string | string[] | undefined>;
type Asking = { ip: string; protocol: string; host: string; id: string; traceparent: string; body?: unknown };

/** They belong to one connection, never to the message. @see RFC 9110 §7.6.1 */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
];

/** What only a proxy in front of us may say; ours say it anew, so a client's own words never reach a service. */
const SAID_BY_PROXIES = ['forwarded', 'x-real-ip', 'x-client-ip', 'x-forwarded-port', 'x-forwarded-prefix', 'via'];

/**
 * They announce a body. Where none is passed on (that of a GET or HEAD is never read) a service would wait for it on a
 * connection that others use next, and take the beginning of their request for it. @see RFC 9112 §11.2
 */
const FRAMING = ['content-length', 'transfer-encoding'];

/** The headers that go to a service: the client's, without what is not its to say, plus who is asking and the trace. */
export function toUpstream(request: Asking, headers: Headers): Headers {
  const framing = request.body === undefined ? FRAMING : [];
  const kept = without(headers, [...HOP_BY_HOP, ...SAID_BY_PROXIES, ...framing, 'expect', 'tracestate', 'baggage']);
  return {
    ...kept,
    'x-forwarded-for': plainAddress(request.ip),
    'x-forwarded-proto': request.protocol,
    'x-forwarded-host': request.host,
    'x-request-id': request.id,
    traceparent: request.traceparent,
  };
}

/** The headers that come back from a service. */
export const toClient = (headers: Headers): Headers =>
  without(headers, [...HOP_BY_HOP, 'transfer-encoding', 'server', 'x-powered-by']);

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = { ...headers };
  for (const name of names) delete rest[name];
  return rest;
}
