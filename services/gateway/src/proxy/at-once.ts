import { type App, AppError } from '@malipo/service-kit';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../http/rate-limits.ts';

/**
 * Keeps who sends or reads slowly from taking what others need: a caller may have so many requests under way at once, in
 * this process. Nobody waits for a connection of somebody else's, so there is no queue that one could fill.
 * @returns what guards the routes of a scope
 */
export function createAtOnce(most: number): (scope: App) => void {
  const underWay = new Map<string, number>();
  const enter = (caller: string) => underWay.set(caller, (underWay.get(caller) ?? 0) + 1);
  const leave = (caller: string) => {
    const left = (underWay.get(caller) ?? 1) - 1;
    if (left > 0) underWay.set(caller, left);
    else underWay.delete(caller);
  };
  return (scope) => {
    scope.addHook('onRequest', (request: FastifyRequest, reply, done) => {
      const caller = callerOf(request);
      if ((underWay.get(caller) ?? 0) >= most) {
        reply.header('retry-after', '1');
        return done(tooMany(most));
      }
      enter(caller);
      reply.raw.once('close', () => leave(caller));
      done();
    });
  };
}

const tooMany = (most: number) =>
  new AppError('rate_limited', 'too_many_at_once', `at most ${most} requests at once; wait for one of them to end`);
