import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, COMMIT_UNKNOWN, type ErrorKind, type FieldError, isInfrastructureError } from '../errors.ts';
import { redactUrl } from '../logger.ts';
import { traceIdOf } from '../tracing.ts';
import { fieldErrors } from './field-errors.ts';
import { type UnreadableCode, unreadable, unreadableCode } from './framework-errors.ts';
import type { Methods } from './methods.ts';

/** RFC 9457, as every route answers an error. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('the request id; quote it when asking for help'),
    code: z.string().describe('stable name to branch on'),
    traceId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

const STATUS: Record<ErrorKind, { status: number; title: string }> = {
  invalid: { status: 422, title: 'The request breaks a rule' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict with the current state' },
  gone_stale: { status: 412, title: 'Changed in the meantime' },
  too_large: { status: 413, title: 'Too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  upstream: { status: 502, title: 'A provider failed' },
  timeout: { status: 504, title: 'No answer in time' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
};

/** The HTTP status of an error's kind. */
export const statusOf = (kind: ErrorKind): number => STATUS[kind].status;

/** What a schema cannot say of a request, answered like what it can: 400, naming each field. */
export class NotValidError extends Error {
  override readonly name = 'NotValidError';
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super('the request is not valid');
    this.errors = errors;
  }
}

/** A request that cannot be read, told by one of our own codes. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  readonly why: UnreadableCode;

  constructor(why: UnreadableCode) {
    super(why);
    this.why = why;
  }
}

type Seen = { status: number; title: string; detail: string; code: string; errors?: readonly FieldError[] };

/** Every error that leaves a route goes through here: known ones say what to do, unknown ones say nothing about the inside. */
export const problemHandler = errorHandler();

/**
 * Makes the handler of errors.
 * @param wordsOf the body in another's words, as JSON, for callers that know no problem+json
 */
export function errorHandler(wordsOf?: WordsOf) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const seen = see(error);
    request.isOutcomeUnknown = seen.status === 500 || seen.code === COMMIT_UNKNOWN;
    if (seen.status >= 500 && seen.status !== 503 && !request.isFailureTold)
      request.log.error({ err: error, requestId: request.id, url: redactUrl(request.url) }, 'request failed');
    send(reply, request, seen, wordsOf);
  };
}

type WordsOf = (seen: { code: string; detail: string }, request: FastifyRequest) => object;

/** A path that has other methods is 405 and names them; any other is 404. */
export const notFoundHandler =
  (known: Methods) =>
  (request: FastifyRequest, reply: FastifyReply): void => {
    const asked = `${request.method} ${redactUrl(request.url.split('?')[0] ?? '')}`;
    const methods = known.of(request);
    if (methods.length === 0 || methods.includes(request.method)) {
      const detail = `there is no ${asked}`;
      send(reply, request, { status: 404, title: 'Not found', code: 'route_not_found', detail });
      return;
    }
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    const detail = `there is no ${asked}; this path takes ${allowed}`;
    send(reply, request, { status: 405, title: 'Method not allowed', code: 'method_not_allowed', detail });
  };

function send(reply: FastifyReply, request: FastifyRequest, seen: Seen, wordsOf?: WordsOf): void {
  const { status } = seen;
  if (status === 503) reply.header('retry-after', '2');
  if (status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '10');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.status(status).serializer(JSON.stringify);
  if (wordsOf) reply.type('application/json; charset=utf-8').send(wordsOf(seen, request));
  else reply.type(PROBLEM_TYPE).send(problemOf(seen, request));
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an error's answer. */
export const problemOf = ({ errors, ...seen }: Seen, { id, traceparent }: { id: string; traceparent: string }) => ({
  type: `urn:malipo:problem:${seen.code}`,
  ...seen,
  instance: id,
  traceId: traceIdOf(traceparent),
  ...(errors?.length ? { errors } : {}),
});

function see(error: FastifyError): Seen {
  if (error instanceof AppError)
    return { ...STATUS[error.kind], detail: error.message, code: error.code, errors: error.fields };
  if (error instanceof NotValidError) return notValid(error.errors);
  if (error instanceof UnreadableError) return unreadable(error.why);
  if (hasZodFastifySchemaValidationErrors(error)) return seeValidation(error);
  if (isResponseSerializationError(error)) return internal();
  if (isInfrastructureError(error))
    return {
      ...STATUS.unavailable,
      detail: 'a part of the platform is out of reach; try again shortly',
      code: 'unavailable',
    };
  const status = error.statusCode ?? 500;
  if (status >= 500 && status !== 503 && status !== 504 && status !== 502) return internal();
  if (status >= 500)
    return { ...STATUS[FAILED[status] ?? 'unavailable'], detail: 'try again shortly', code: 'unavailable' };
  const code = unreadableCode(error.code);
  return { ...unreadable(code), ...(code === 'request_unreadable' ? { status } : {}) };
}

const FAILED: Record<number, ErrorKind> = { 502: 'upstream', 504: 'timeout' };

const internal = (): Seen => ({
  status: 500,
  title: 'Something went wrong on our side',
  detail: 'it is logged under this request id; trying again is safe with the same Idempotency-Key',
  code: 'internal',
});

type Fault = { instancePath: string; message?: string; keyword: string; params: { keys?: string[] } };
type ValidationError = { validation: Fault[]; validationContext?: string };

function seeValidation(error: unknown): Seen {
  const { validation, validationContext = 'body' } = error as ValidationError;
  const prefix = { body: '#', querystring: '#/query' }[validationContext] ?? `#/${validationContext}`;
  return notValid(
    validation.flatMap(({ instancePath, keyword, params, message = 'not valid' }) => {
      const at = `${prefix}${instancePath}`.replace(/\/$/, '');
      return fieldErrors([{ code: keyword, path: [], message, keys: params.keys ?? [] }], at);
    }),
  );
}

function notValid(errors: readonly FieldError[]): Seen {
  const first = errors[0];
  return {
    status: 400,
    title: 'The request is not valid',
    code: 'validation_failed',
    detail: first ? `${first.pointer}: ${first.detail}` : 'see errors',
    errors,
  };
}
