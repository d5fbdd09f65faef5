import type { FastifyInstance } from 'fastify';
import { pointerPart } from './field-errors.ts';
import { NotValidError } from './problem.ts';

/**
 * A body with something in it is refused where a route takes none: what it asks for would be left out in silence. An empty
 * object, which some clients always send, says nothing. A provider's callback may say anything.
 */
export function refuseNeedlessBodies(app: FastifyInstance): void {
  app.addHook('preValidation', ({ body, routeOptions: { schema, config } }, _reply, done) => {
    if (!schema || schema.hide || schema.body || config.callback || body == null) return done();
    const detail = 'there is no such field; this route takes no body';
    if (typeof body !== 'object' || Array.isArray(body)) return done(new NotValidError([{ pointer: '#', detail }]));
    const errors = Object.keys(body).map((name) => ({ pointer: `#/${pointerPart(name)}`, detail }));
    done(errors.length > 0 ? new NotValidError(errors.slice(0, 50)) : undefined);
  });
}
