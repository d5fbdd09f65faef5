import { darajaRefusal } from '@malipo/api-contracts';
import {
  type App,
  causeOf,
  errorHandler,
  fingerprint,
  type HttpRequest,
  inTime,
  NotFoundError,
  plainAddress,
  UnavailableError,
} from '@malipo/service-kit';
import { answerValidation, type Verdict } from '../commands/answer-validation.ts';
import { receive } from '../commands/receive.ts';
import type { Deps } from '../deps.ts';
import type { CallbackKind, Place } from '../domain/telling.ts';
import type { Entrance } from '../store/channel-cache.ts';
import { type RawBody, readRawBody } from './raw-body.ts';

type Params = { channelId: string; secret: string; requestId?: string };
/** What `takeBytes` makes of a request's body: it passed the door, and these are its bytes. */
type CallbackRequest = { place: Place; raw: RawBody };
/** A request without a body never meets the parser. */
type Route = { Params: Params; Body: CallbackRequest | undefined };

/** The provider's own words; nothing is serialised on this path. */
const ANSWER: Record<CallbackKind, string> = {
  c2b: '{"ResultCode":0,"ResultDesc":"Success"}',
  stk: '{"ResultCode":0,"ResultDesc":"Accepted"}',
  result: '{"ResultCode":0,"ResultDesc":"Accepted"}',
  timeout: '{"ResultCode":0,"ResultDesc":"Accepted"}',
  pull: '{"ResultCode":0,"ResultDesc":"Accepted"}',
};
/** C2B00012 is "invalid account number", C2B00015 "invalid short code". @see docs/providers.md */
const VERDICT: Record<Verdict, string> = {
  accepted: '{"ResultCode":"0","ResultDesc":"Accepted"}',
  unknown_account: '{"ResultCode":"C2B00012","ResultDesc":"Rejected"}',
  channel_closed: '{"ResultCode":"C2B00015","ResultDesc":"Rejected"}',
};

const refusal = ({ detail }: { detail: string }, { routeOptions: { url = '' } }: HttpRequest) =>
  darajaRefusal(url, detail);

const VALIDATION = '/c2b/validation';
const BASE = '/callbacks/:channelId/:secret';
const JSON_TYPE = 'application/json; charset=utf-8';
const OPTIONS = { config: { public: true, callback: true }, schema: { hide: true }, helmet: false } as const;
const NO_BODY: RawBody = { body: Buffer.alloc(0), bytes: 0, sha256: null };
/** The database may take this long to say whether a channel is known; then the spool decides. */
const LOOK_UP_MS = 400;

/** The providers' door. In this order: the secret (before a byte of the body is read), the size, storing it raw, the answer. */
export const callbackRoutes = (deps: Deps) => async (app: App) => {
  app.setErrorHandler(errorHandler(refusal));
  takeBytes(app, deps);
  const takeAt = (path: string, kind: CallbackKind) => takeRoute(app, deps, path, kind);
  takeAt('/c2b/confirmation', 'c2b');
  takeAt('/stk', 'stk');
  takeAt('/stk/:requestId', 'stk');
  takeAt('/result', 'result');
  takeAt('/timeout', 'timeout');
  takeAt('/pull', 'pull');
  validationRoute(app, deps);
};

/**
 * Any body of any type is taken as bytes; so the door stands in the body's parser, the one place where the headers are known
 * and the body is still a stream.
 */
function takeBytes(app: App, deps: Deps): void {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', (request, _reply, done) => {
    // whatever was claimed: fastify refuses a missing or malformed type before any parser, and that must lose no money
    request.headers['content-type'] = 'application/octet-stream';
    done();
  });
  app.addContentTypeParser('*', (request, stream, done) => {
    const params = request.params as Params;
    const readAt = (place: Place) =>
      readRawBody(stream, (error, raw = NO_BODY) => done(error, { place, raw } satisfies CallbackRequest));
    const place = known(deps, params);
    if (place) readAt(place);
    else enter(deps, params).then(readAt, done);
  });
}

const takeRoute = (app: App, deps: Deps, path: string, kind: CallbackKind) =>
  app.post<Route>(`${BASE}${path}`, OPTIONS, async (request, reply) => {
    const { place, raw } = request.body ?? (await withoutBody(deps, request.params));
    if ('secretFingerprint' in place) admit(deps);
    const outcome = await receive(deps, {
      place,
      kind,
      requestId: request.params.requestId ?? null,
      raw: { ...raw, deliveryId: request.id, receivedAt: deps.now(), from: plainAddress(request.ip) },
      trace: causeOf(request),
    });
    deps.counters.taken(kind, outcome);
    return reply.type(JSON_TYPE).send(ANSWER[kind]);
  });

const validationRoute = (app: App, deps: Deps) =>
  app.post<Route>(`${BASE}${VALIDATION}`, OPTIONS, async (request, reply) => {
    const { place, raw } = request.body ?? (await withoutBody(deps, request.params));
    const verdict = 'secretFingerprint' in place ? 'accepted' : await answerValidation(deps, place, raw.body);
    deps.counters.validated(verdict === 'accepted');
    return reply.type(JSON_TYPE).send(VERDICT[verdict]);
  });

const withoutBody = async (deps: Deps, params: Params): Promise<CallbackRequest> => ({
  place: known(deps, params) ?? (await enter(deps, params)),
  raw: NO_BODY,
});

const known = (deps: Deps, { channelId, secret }: Params): Place | undefined =>
  deps.channelCache.peek(channelId, secret, deps.now().getTime());

/** Asks the database; where that cannot answer, memory does, or the secret is kept by fingerprint and checked later. */
async function enter(deps: Deps, params: Params): Promise<Place> {
  const answer = await lookUp(deps, params);
  if (answer === 'refused') {
    deps.counters.refused.inc();
    throw new NotFoundError('callback_not_found', 'there is no such callback address');
  }
  if (answer !== 'unavailable') return answer;
  const { channelId, secret } = params;
  const remembered = deps.channelCache.recall(channelId, secret, deps.now().getTime());
  return remembered ?? { id: channelId, secretFingerprint: fingerprint(secret) };
}

/** Only for what is to be kept: a validation is answered and forgotten. */
function admit({ unchecked }: Deps): void {
  if (!unchecked.admit())
    throw new UnavailableError('too_many_unchecked', 'the database is out of reach; try again shortly');
}

async function lookUp(deps: Deps, { channelId, secret }: Params): Promise<Entrance> {
  if (!/^[0-9a-f-]{36}$/.test(channelId) || !/^[0-9a-f]{32}$/.test(secret)) return 'refused';
  if (deps.mongo.isDown()) return 'unavailable';
  const asked = deps.channelCache.enter(channelId, secret, deps.now().getTime());
  return inTime(LOOK_UP_MS, asked, 'unavailable' as const);
}
