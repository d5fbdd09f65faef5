import { type AppError, TimeoutError, UnavailableError, UpstreamError } from '@malipo/service-kit';
import type { Upstream } from '../routes.ts';

/** Nothing reached the service, so trying again is safe whatever the method. */
const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * What a service's silence means to the caller: 503 where nothing arrived, 504 where it took too long (the outcome is
 * unknown), 502 where the connection broke.
 */
export function failureOf(upstream: Upstream, error: Error): AppError {
  const codes = codesOf(error);
  if (codes.some((code) => NEVER_ARRIVED.has(code)))
    return new UnavailableError(`${upstream}_unreachable`, `the ${upstream} service is down; try again shortly`);
  if (codes.some((code) => /TIMEOUT|ETIMEDOUT/.test(code)))
    return new TimeoutError(
      `${upstream}_timeout`,
      `the ${upstream} service took too long; look before you repeat, or repeat with the same Idempotency-Key`,
    );
  return new UpstreamError(
    `${upstream}_failed`,
    `the connection to the ${upstream} service broke; look before you repeat, or repeat with the same Idempotency-Key`,
  );
}

/** The codes along the chain of causes; several addresses of one name fail as one aggregate. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  const inner = Array.isArray(errors) ? errors.flatMap(codesOf) : [];
  return [...(typeof code === 'string' ? [code] : []), ...inner, ...codesOf(error.cause)];
}
