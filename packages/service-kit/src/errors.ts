/** What went wrong, in terms that both edges understand: HTTP turns it into a status, the consumer into retry or dead letter. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone_stale'
  | 'too_large'
  | 'rate_limited'
  | 'upstream'
  | 'timeout'
  | 'unavailable';

/** One faulty field: a JSON pointer into the body (or `#/query/…`, `#/params/…`) and what to do about it. */
export type FieldError = { pointer: string; detail: string };

/**
 * The root of all errors that we throw on purpose. Branch on `kind` or `code`, never on the message.
 * @param code stable snake_case name that partners may rely on
 */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fields: readonly FieldError[];

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: { cause?: unknown; fields?: FieldError[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.fields = options.fields ?? [];
  }
}

const ofKind = (kind: ErrorKind) =>
  class extends AppError {
    constructor(code: string, message: string, options: { cause?: unknown; fields?: FieldError[] } = {}) {
      super(kind, code, message, options);
    }
  };

/** The caller's input breaks a rule; 422 on HTTP. */
export const InvalidError = ofKind('invalid');
export const UnauthenticatedError = ofKind('unauthenticated');
export const ForbiddenError = ofKind('forbidden');
export const NotFoundError = ofKind('not_found');
/** The state does not allow it, or somebody else was first; 409 on HTTP. */
export const ConflictError = ofKind('conflict');
/** `If-Match` named a version that is no longer current; 412 on HTTP. */
export const StaleError = ofKind('gone_stale');
/** A system outside ours failed; retried, then dead-lettered. 502 on HTTP. */
export const UpstreamError = ofKind('upstream');
/** A system outside ours, or a service behind the gateway, took too long; 504 on HTTP. */
export const TimeoutError = ofKind('timeout');
/** Our own infrastructure is down or full; never dead-lettered. 503 with Retry-After on HTTP. */
export const UnavailableError = ofKind('unavailable');

/** Code of the error where a commit's answer got lost, so that it may have been written. */
export const COMMIT_UNKNOWN = 'commit_unknown';

/** A compare-and-set lost its race: read again and decide again. */
export class RaceLostError extends AppError {
  override readonly name = 'RaceLostError';
  constructor(what: string) {
    super('conflict', 'race_lost', `${what} was changed at the same moment; try again`);
  }
}

/**
 * A consumer met an event before what it refers to: another topic, or another member's write, is a little behind. Tried
 * five times within about a second and a half, then dead-lettered.
 */
export class NotYetError extends AppError {
  override readonly name = 'NotYetError';
  constructor(code: string, message: string) {
    super('conflict', code, message);
  }
}

const INFRASTRUCTURE =
  /^(Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|ServerClosed|WriteConcern)|PoolCleared|MaxRetriesPerRequest)/;

/**
 * What MongoDB answers while it steps down, shuts down, cannot reach a majority or takes too long. Commands that the driver
 * does not retry by itself come back with the bare code, without a label.
 * @see https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md
 */
const SERVER_CODES = new Set([6, 7, 64, 79, 89, 91, 100, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Is our own infrastructure down (MongoDB, Redis), so that waiting is right and blaming the message is wrong? */
export function isInfrastructureError(error: unknown): boolean {
  if (error instanceof AppError) return error.kind === 'unavailable';
  if (!(error instanceof Error)) return false;
  if (INFRASTRUCTURE.test(error.name)) return true;
  const { code, errorResponse } = error as { code?: unknown; errorResponse?: unknown };
  if (typeof code === 'string' && SOCKET_CODES.has(code)) return true;
  if (typeof code === 'number' && error.name.startsWith('Mongo') && SERVER_CODES.has(code)) return true;
  // a bulk write wraps what it met
  if (errorResponse instanceof Error && errorResponse !== error) return isInfrastructureError(errorResponse);
  return isTransientMongoError(error);
}

/** Not primary, stepping down, interrupted, transient transaction trouble: the server asks for another try. */
export function isTransientMongoError(error: unknown): boolean {
  if (!(error instanceof Error) || !('hasErrorLabel' in error)) return false;
  const { hasErrorLabel } = error;
  if (typeof hasErrorLabel !== 'function') return false;
  const has = (label: string) => hasErrorLabel.call(error, label) === true;
  return has('TransientTransactionError') || has('RetryableWriteError');
}

/**
 * MongoDB gave a transaction up: it took longer than `transactionLifetimeLimitSeconds` (251 is what the next command hears,
 * 290 the one that waited), or became too large (257).
 */
const GIVEN_UP = new Set([251, 257, 290]);

/** May less work at once be what helps? A change of primary, after which the transaction is not known, has the same code. */
export const isTransactionGivenUp = (error: unknown): boolean =>
  GIVEN_UP.has((error as { code?: unknown } | null)?.code as number);

/** E11000, alone or inside a bulk write. */
export const isDuplicateKey = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 11000;
