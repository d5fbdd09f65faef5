import type { FastifySchemaCompiler } from 'fastify';
import { validatorCompiler as compile } from 'fastify-type-provider-zod';
import { z } from 'zod';

/**
 * Validates by zod, with the ids of a path or query in lower case, as they are stored: some systems write them in capitals.
 * Those of a body are lowered by their own schema, the `Id` of the contracts.
 * @see RFC 9562 §4
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = (route) => {
  const validate = compile(route);
  const { schema, httpPart } = route;
  if ((httpPart !== 'params' && httpPart !== 'querystring') || !(schema instanceof z.ZodObject)) return validate;
  const ids = Object.keys(schema.shape).filter((name) => isId(schema.shape[name]));
  return ids.length > 0 ? (data: Record<string, unknown>) => validate(withLower(ids, data)) : validate;
};

const isId = (field: unknown): boolean =>
  field instanceof z.ZodUUID ||
  ((field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault) &&
    isId(field.unwrap()));

function withLower(names: readonly string[], data: Record<string, unknown>): Record<string, unknown> {
  const lowered = { ...data };
  for (const name of names) {
    const value = data[name];
    if (typeof value === 'string') lowered[name] = value.toLowerCase();
  }
  return lowered;
}
