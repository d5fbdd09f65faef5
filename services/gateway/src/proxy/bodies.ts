import { type App, AppError } from '@malipo/service-kit';

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;|$)/;

/**
 * Keeps a bad body from doing more than being refused. A service refuses one that is too large in the middle of it, which
 * breaks the connection to it; so the gateway refuses it first, by its announced length.
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
    done(new AppError('too_large', 'body_too_large', `a body has at most ${bodyLimit} bytes`));
  });
  // what is left of a body would keep the next request on this connection waiting for ever
  scope.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) request.raw.unpipe().resume();
    done();
  });
}
