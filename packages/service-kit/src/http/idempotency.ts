import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Collection, Db } from 'mongodb';
import { ConflictError, InvalidError, isDuplicateKey } from '../errors.ts';
import type { Base } from '../service.ts';

type Kept = { _id: string; hash: string; at: Date; status?: number; body?: string; type?: string };

const KEPT_SECONDS = 48 * 3600;
/** A request that has not ended by then died with its process; the next try takes its key over. */
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
 * (`Idempotency-Replayed: true`), another body 422, one still running 409. Failed requests (4xx, 5xx) are not stored, so
 * they may be tried again with the same key.
 */
export function idempotency(app: FastifyInstance, base: Base): void {
  const keys = base.mongo.db.collection<Kept>('idempotency_keys');
  app.decorateRequest('idempotencyId');
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
    settle(keys, id, reply, payload).then(() => done(null, payload), done);
  });
}

async function settle(keys: Collection<Kept>, id: string, reply: FastifyReply, payload: unknown): Promise<void> {
  if (reply.statusCode >= 400) {
    await keys.deleteOne({ _id: id });
    return;
  }
  const type = String(reply.getHeader('content-type') ?? 'application/json');
  await keys.updateOne({ _id: id }, { $set: { status: reply.statusCode, body: String(payload ?? ''), type } });
}

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyId?: string;
  }
}

async function claim(
  keys: Collection<Kept>,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  at: Date,
): Promise<FastifyReply | undefined> {
  const _id = `${request.caller?.organisationId ?? 'public'}:${request.method} ${request.url.split('?')[0]}:${key}`;
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
  if (!kept || kept.status === undefined) {
    const before = new Date(at.getTime() - LEASE_MS);
    const taken = await keys.updateOne({ _id, status: { $exists: false }, at: { $lt: before } }, { $set: { at } });
    if (taken.matchedCount === 0)
      throw new ConflictError(
        'idempotency_key_running',
        'a request with this Idempotency-Key is still running; try again shortly',
      );
    request.idempotencyId = _id;
    return undefined;
  }
  return reply
    .status(kept.status)
    .header('idempotency-replayed', 'true')
    .type(kept.type ?? 'application/json')
    .serializer(String)
    .send(kept.body ?? '');
}
