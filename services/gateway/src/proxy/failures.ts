import {
  AppError,
  type Logger,
  redactUrl,
  statusOf,
  TimeoutError,
  traceIdOf,
  UnavailableError,
  UnreadableError,
  UpstreamError,
} from '@malipo/service-kit';
import type { Upstream } from '../routes.ts';

/** Nothing reached the service, so trying again is safe whatever the method. */
const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * What a service's silence means to the caller: 503 where nothing arrived, 504 where it took too long (the outcome is
 * unknown), 502 where the connection broke. Where the request itself is at fault, it says so.
 * @param isWhole did all of the request arrive?
 */
export function failureOf(upstream: Upstream, error: Error, isWhole: boolean): AppError | UnreadableError {
  const refusal = causesOf(error).find((cause) => cause instanceof AppError);
  if (refusal) return refusal;
  const codes = codesOf(error);
  if (codes.some((code) => NEVER_ARRIVED.has(code)))
    return new UnavailableError(`${upstream}_unreachable`, `the ${upstream} service is down; try again shortly`);
  const isLate = codes.some((code) => /TIMEOUT|ETIMEDOUT/.test(code));
  if (isLate && !isWhole) return new UnreadableError('request_too_slow');
  if (isLate)
    return new TimeoutError(
      `${upstream}_timeout`,
      `the ${upstream} service took too long; look before you repeat, or repeat with the same Idempotency-Key`,
    );
  return new UpstreamError(
    `${upstream}_failed`,
    `the connection to the ${upstream} service broke; look before you repeat, or repeat with the same Idempotency-Key`,
  );
}

type Failed = { id: string; method: string; url: string; traceparent: string; isFailureTold: boolean };

/** Says in one line which service failed a request and how; what is the sender's own fault is no failure. */
export function tellFailure(log: Logger, upstream: Upstream, request: Failed, error: Error, answer: Error): void {
  if (!(answer instanceof AppError) || statusOf(answer.kind) < 500) return;
  request.isFailureTold = true;
  const { id: requestId, method, traceparent } = request;
  const about = { requestId, traceId: traceIdOf(traceparent), upstream, code: answer.code };
  const reason = codesOf(error).at(-1) ?? error.message;
  log.warn({ ...about, reason, method, url: redactUrl(request.url) }, 'a service failed a request');
}

const codesOf = (error: Error): string[] =>
  causesOf(error).flatMap((cause) => ('code' in cause && typeof cause.code === 'string' ? [cause.code] : []));

/** The error and the chain of its causes; several addresses of one name fail as one aggregate. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const { errors } = error as { errors?: unknown };
  return [error, ...(Array.isArray(errors) ? errors.flatMap(causesOf) : []), ...causesOf(error.cause)];
}
