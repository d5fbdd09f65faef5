import { Transform } from 'node:stream';
import { type App, AppError } from '@malipo/service-kit';

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;|$)/;

/**
 * Keeps a bad body from doing more than being refused. A service refuses one that is too large in the middle of it, which
 * breaks the connection to it; so the gateway refuses it first, by its announced length or once more than that came.
 * @param callback a provider's: any type is passed on, and any length, since a refusal would lose money
 */
export function guardBodies(scope: App, callback: boolean): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    const { 'content-type': type, 'content-length': length } = request.headers;
    if (callback) {
      if (type !== undefined && !MEDIA_TYPE.test(type)) request.headers['content-type'] = 'application/octet-stream';
      return done();
    }
    const { bodyLimit } = request.routeOptions;
    if (bodyLimit === undefined || !(Number(length) > bodyLimit)) return done();
    done(tooLarge(bodyLimit));
  });
  scope.addHook('preParsing', (request, _reply, payload, done) => {
    const { bodyLimit } = request.routeOptions;
    const isBounded = callback || bodyLimit === undefined || request.headers['transfer-encoding'] === undefined;
    done(null, isBounded ? payload : payload.pipe(upTo(bodyLimit)));
  });
  // what is left of a body would keep the next request on this connection waiting for ever
  scope.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) request.raw.unpipe().resume();
    done();
  });
}

const tooLarge = (limit: number) => new AppError('too_large', 'body_too_large', `a body has at most ${limit} bytes`);

/** Passes a body on that says no length ahead, and breaks off where it is longer. */
function upTo(limit: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
}
