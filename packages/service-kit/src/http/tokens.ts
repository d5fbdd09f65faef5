import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import type { Base } from '../service.ts';
import { bearerToken, requireRole } from './auth.ts';

export type RefusalHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Lets in whoever has a token and a role that the route takes. Public routes pass at once, without a promise: callbacks
 * come by the ten thousand a second.
 */
export function checkTokens(app: FastifyInstance, base: Base): void {
  const hooks: RefusalHook[] = [];
  app.decorate('beforeRefusal', (hook) => void hooks.push(hook));
  const refuse = async (request: FastifyRequest, reply: FastifyReply, why: unknown): Promise<never> => {
    if (why instanceof UnauthenticatedError) for (const hook of hooks) await hook(request, reply);
    throw why;
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.public || request.is404) return done();
    checkToken(request, base).then(
      () => {
        reply.header('cache-control', 'no-store'); // people's data and secrets: no browser keeps them on disk
        done();
      },
      (why: unknown) => refuse(request, reply, why).catch(done),
    );
  });
}

async function checkToken(request: FastifyRequest, base: Base): Promise<void> {
  const { roles } = request.routeOptions.config;
  request.caller = await base.verifyToken(bearerToken(request.headers.authorization));
  if (roles) requireRole(request.caller, roles);
  if (base.mongo.isDown())
    throw new UnavailableError('database_unreachable', 'the database is out of reach; try again shortly');
}
