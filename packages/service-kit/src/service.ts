import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { BaseConfig } from './config.ts';
import type { TokenVerifier } from './http/auth.ts';
import type { Subscription } from './kafka/subscription.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import type { Migration } from './migrations.ts';
import type { Mongo } from './mongo.ts';
import type { Relay } from './outbox/relay.ts';
import type { Tracing } from './tracing.ts';

/** What the kit gives every service; services add their stores and providers to it. */
export type Base<Config = unknown> = {
  name: string;
  config: Config & BaseConfig;
  log: Logger;
  metrics: Metrics;
  tracing: Tracing;
  mongo: Mongo;
  relay: Relay;
  verifyToken: TokenVerifier;
  /** The clock, UTC. */
  now(): Date;
  /** A fresh UUIDv7. */
  newId(): string;
  /** Aborted when the service begins to stop. */
  stopping: AbortSignal;
  /** Closes what a service has opened itself, once nothing uses it any more; also when the start fails. */
  atEnd(close: () => Promise<unknown>): void;
};

/** Work repeated on a schedule; one run at a time per process, a failure is logged and tried again next time. */
export type Job = { name: string; everyMs: number; run(): Promise<void> };

/** A service as one value: a runner can run one, or several in one process, with the very same code. */
export type Service<Shape extends z.core.$ZodLooseShape = z.core.$ZodLooseShape, Deps extends Base = Base> = {
  name: string;
  /** Settings of its own, by environment variable; the port's is made by `portSetting`. */
  config: Shape;
  /** Which setting holds the port. */
  port: string;
  /** Which settings hold address and port of a listener for `/ready` and `/metrics`; with the port set they are nowhere else. */
  operations?: { host: string; port: string };
  migrations: readonly Migration[];
  /** Topics that it produces to or consumes from; the kit creates what is missing. */
  topics: readonly string[];
  /** Builds stores and providers once. No I/O here: connections may still be down. */
  deps(base: Base<z.output<z.ZodObject<Shape>>>): Deps;
  /** Registers routes on an instance that never listens by itself. */
  routes(app: FastifyInstance, deps: Deps): void | Promise<void>;
  /**
   * Checks of `/ready` (`mongo`, `consumers`) without which it goes on once it has begun. Whoever routes by `/ready` would
   * else turn away what it is there to take during just that outage.
   */
  endures?: readonly ('mongo' | 'consumers')[];
  subscriptions?(deps: Deps): readonly Subscription[];
  jobs?(deps: Deps): readonly Job[];
  /** After connections are up and migrations done, before HTTP and consumers: load what must be in memory. */
  start?(deps: Deps): Promise<void>;
  /** After HTTP and consumers stopped, while connections are still up: finish what is in flight. */
  stop?(deps: Deps): Promise<void>;
};

/** Gives the definition its types; nothing else. */
export const defineService = <Shape extends z.core.$ZodLooseShape, Deps extends Base>(
  service: Service<Shape, Deps>,
): Service<Shape, Deps> => service;

/** A service whose own types no longer matter: what runners and tests take. */
// biome-ignore lint/suspicious/noExplicitAny: a runner never looks inside a service's own types
export type AnyService = Service<any, any>;
