export { backoff, inTime, pause, within } from './clock.ts';
export * from './config.ts';
export { refusingIndex } from './duplicates.ts';
export * from './errors.ts';
export * from './event.ts';
export { type GroupCommit, groupCommit } from './group-commit.ts';
export { type App, causeOf, createHttpApp, type HttpRequest, type TypedApp, typed } from './http/app.ts';
export {
  bearerToken,
  type Caller,
  Role,
  requireRole,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type TokenVerifier,
  tokenVerifier,
} from './http/auth.ts';
export { createHttpClient, type HttpAnswer, type HttpClient, NotSentError } from './http/client.ts';
export type { Codes } from './http/codes.ts';
export { daysOfRange } from './http/day-range.ts';
export { fieldErrors } from './http/field-errors.ts';
export { type ListFilter, listPage, type Page, type Sort } from './http/list.ts';
export { PageOf, PageQuery } from './http/pages.ts';
export { errorHandler, Problem, statusOf, UnreadableError } from './http/problem.ts';
export { QueryInstant, queryNumber } from './http/query-values.ts';
export { plainAddress, senderOf } from './http/sender.ts';
export { etagOf, IfMatch, type VersionCheck, versionCheck } from './http/versions.ts';
export { forgetParked } from './kafka/dead-letters.ts';
export { only, type Received, type ReceivedOf } from './kafka/received.ts';
export { type Subscription, subscription, type Wanted } from './kafka/subscription.ts';
export { inLanes } from './lanes.ts';
export { lapsed } from './lapsed.ts';
export { type Logger, redactUrl } from './logger.ts';
export type { Metrics } from './metrics.ts';
export { collection, dropIndexes, indexes, type Migration } from './migrations.ts';
export * from './mongo.ts';
export { findByIds } from './mongo-reads.ts';
export { insertAll, type Update, updateAll } from './mongo-writes.ts';
export { outboxOf, type Tx } from './outbox/outbox.ts';
export type { Relay } from './outbox/relay.ts';
export { keepNewest } from './projection.ts';
export { run } from './run.ts';
export { createSealer, fingerprint, matchesFingerprint, type Sealer } from './sealed.ts';
export { type AnyService, type Base, defineService, type Job, type Service } from './service.ts';
export { createSpool, type Spool } from './spool.ts';
export { type Running, type StartOptions, startService } from './start.ts';
export { isSampled, SpanKind, type Tracing, traceIdOf, traceparentOf } from './tracing.ts';
