import type { FastifyInstance } from 'fastify';
import { fieldErrors } from './field-errors.ts';
import { NotValidError } from './problem.ts';

/**
 * A body with something in it is refused where a route takes none: what it asks for would be left out in silence. An empty
 * object, which some clients always send, says nothing. A provider's callback may say anything.
 */
export function refuseNeedlessBodies(app: FastifyInstance): void {
  app.addHook('preValidation', ({ body, routeOptions: { schema, config } }, _reply, done) => {
    if (!schema || schema.hide || schema.body || config.callback || body == null) return done();
    const keys = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : undefined;
    if (keys?.length === 0) return done();
    const message = 'there is no such field; this route takes no body';
    done(new NotValidError(fieldErrors([{ code: 'unrecognized_keys', path: [], message, keys: keys ?? [] }], '#')));
  });
}
