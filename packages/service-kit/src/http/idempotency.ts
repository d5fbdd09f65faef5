import { createHash } from 'node:crypto';
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Collection, Db } from 'mongodb';
import { type AppError, ConflictError, InvalidError, isDuplicateKey } from '../errors.ts';
import { hasLapsed } from '../lapsed.ts';
import type { Base } from '../service.ts';

/** `isLost`: it failed in a way that leaves open what it did. */
type Kept = { _id: string; hash: string; at: Date; isLost?: true; headers?: Record<string, string> } & Partial<Answer>;
type Answer = { status: number; body: string; type: string; isSealed?: true };

/** They belong to the answer as much as its body does; the others are made anew for every request. */
const KEPT_HEADERS = ['etag', 'location'] as const;

const KEPT_SECONDS = 48 * 3600;
/** A request that has not ended by then died with its process. */
const LEASE_MS = 60_000;

export const idempotencyMigration = {
  name: '000-idempotency-keys',
  up: async (db: Db) => {
    await db
      .collection('idempotency_keys')
      .createIndex({ at: 1 }, { name: 'expiry', expireAfterSeconds: KEPT_SECONDS });
  },
};

/**
 * `Idempotency-Key` on routes that ask for it: the same key and body get the stored answer
 * (`Idempotency-Replayed: true`), another body 422, one still running 409. A request that was refused or could not begin is
 * not stored and may be tried again with the same key. One that failed, or died with its process, after it may have done
 * its work answers 409 from then on: nothing is ever done twice under one key, and whoever sent it has to look.
 */
export function idempotency(app: FastifyInstance, base: Base): void {
  const keys = base.mongo.db.collection<Kept>('idempotency_keys');
  app.decorateRequest('idempotencyId');
  app.decorateRequest('isOutcomeUnknown', false);
  app.addHook('preHandler', (request, reply, done) => {
    const key = request.headers['idempotency-key'];
    if (!request.routeOptions.config.idempotent || key === undefined) return done();
    if (typeof key !== 'string' || key.length === 0 || key.length > 255)
      throw new InvalidError('idempotency_key_invalid', 'Idempotency-Key must have 1 to 255 characters');
    claim(keys, request, reply, key, base.now()).then(() => (reply.sent ? undefined : done()), done);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const id = request.idempotencyId;
    if (!id) return done(null, payload);
    settle(keys, id, request, reply, payload).then(() => done(null, payload), done);
  });
}

async function settle(
  keys: Collection<Kept>,
  id: string,
  { isOutcomeUnknown: isLost, routeOptions: { config } }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  if (isLost) {
    await keys.updateOne({ _id: id }, { $set: { isLost } });
    return;
  }
  if (reply.statusCode >= 400) {
    await keys.deleteOne({ _id: id });
    return;
  }
  const type = String(reply.getHeader('content-type') ?? 'application/json');
  const answer: Answer = { status: reply.statusCode, type, ...keep(String(payload ?? ''), config) };
  await keys.updateOne({ _id: id }, { $set: { ...answer, headers: headersToKeep(reply) } });
}

const keep = (body: string, { idempotent }: FastifyContextConfig): Pick<Answer, 'body' | 'isSealed'> =>
  typeof idempotent === 'object' ? { body: idempotent.seal(body), isSealed: true } : { body };

const keptBody = ({ body = '', isSealed }: Kept, { idempotent }: FastifyContextConfig): string =>
  isSealed && typeof idempotent === 'object' ? idempotent.open(body) : body;

const headersToKeep = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyId?: string;
    /** The answer is an error that leaves open whether the work was done. */
    isOutcomeUnknown: boolean;
  }
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** With ids in lower case: the same thing is not done twice because its id was written otherwise. */
const pathOf = ({ url }: FastifyRequest): string => (url.split('?')[0] ?? '').replace(UUID, (id) => id.toLowerCase());

async function claim(
  keys: Collection<Kept>,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  at: Date,
): Promise<FastifyReply | undefined> {
  const _id = `${request.caller?.organisationId ?? 'public'}:${request.method} ${pathOf(request)}:${key}`;
  const hash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest('hex');
  try {
    await keys.insertOne({ _id, hash, at });
    request.idempotencyId = _id;
    return undefined;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const kept = await keys.findOne({ _id });
  if (kept && kept.hash !== hash)
    throw new InvalidError('idempotency_key_reused', 'this Idempotency-Key was used with another body; take a new key');
  if (kept?.status === undefined) throw unanswered(kept, reply, at);
  return reply
    .status(kept.status)
    .headers(kept.headers ?? {})
    .header('idempotency-replayed', 'true')
    .type(kept.type ?? 'application/json')
    .serializer(String)
    .send(keptBody(kept, request.routeOptions.config));
}

/** A key whose row is gone was refused a moment ago. */
function unanswered(kept: Kept | null, reply: FastifyReply, at: Date): AppError {
  const leaseUntil = kept && new Date(kept.at.getTime() + LEASE_MS);
  if (kept?.isLost || (leaseUntil && hasLapsed(leaseUntil, at, LEASE_MS)))
    return new ConflictError(
      'idempotency_outcome_unknown',
      'what the request with this Idempotency-Key did is not known; look whether it is there, and repeat it with a new key if not',
    );
  reply.header('retry-after', '1');
  return new ConflictError(
    'idempotency_key_running',
    'a request with this Idempotency-Key is still running; try again shortly',
  );
}
