import { visible } from '@malipo/values';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import { pointerPart } from './field-errors.ts';
import { NotValidError } from './problem.ts';

/**
 * A query parameter that a route does not know, one without a value, or one that is given twice is refused: a filter that is
 * silently left out would answer with everybody's rows. Holds for every documented route by itself; a provider's callback may say anything.
 */
export function refuseUnknownQueries(app: FastifyInstance): void {
  app.addHook('onRoute', ({ schema, config, url }) => {
    if (!schema || schema.hide || config?.callback) return;
    schema.querystring ??= z.object({});
    if (!(schema.querystring instanceof z.ZodObject)) throw new Error(`the query of ${url} must be a z.object`);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    const { schema, config } = request.routeOptions;
    if (config.callback || !(schema?.querystring instanceof z.ZodObject)) return done();
    const errors = faultsOf(request.query, Object.keys(schema.querystring.shape));
    done(errors.length > 0 ? new NotValidError(errors) : undefined);
  });
}

function faultsOf(query: FastifyRequest['query'], known: readonly string[]): FieldError[] {
  return Object.entries(query as Record<string, unknown>).flatMap(([name, value]) => {
    const pointer = `#/query/${pointerPart(name)}`;
    if (!known.includes(name)) return [{ pointer, detail: `there is no such parameter; ${choiceOf(known)}` }];
    if (Array.isArray(value)) return [{ pointer, detail: `given ${value.length} times; give it once` }];
    return typeof value === 'string' && visible(value, value.length).trim() === ''
      ? [{ pointer, detail: 'empty; leave it out' }]
      : [];
  });
}

const choiceOf = (known: readonly string[]): string =>
  known.length > 0 ? `there are ${known.join(', ')}` : 'this route takes none';
