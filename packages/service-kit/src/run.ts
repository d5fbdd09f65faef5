import os from 'node:os';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { pause } from './clock.ts';
import { type BaseConfig, baseConfig, readConfig } from './config.ts';
import { createHttpApp } from './http/app.ts';
import { remoteVerifier } from './http/auth.ts';
import { idempotencyMigration } from './http/idempotency.ts';
import { startJobs } from './jobs.ts';
import { connectKafka } from './kafka/connect.ts';
import { type RunningConsumer, startConsumer } from './kafka/consumer.ts';
import { createDeadLetters } from './kafka/dead-letters.ts';
import { createPublisher } from './kafka/publisher.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrations.ts';
import { assertDurable, connectMongo } from './mongo.ts';
import { onceDone } from './once.ts';
import { outboxMigration } from './outbox/outbox.ts';
import { createRelay, type Relay } from './outbox/relay.ts';
import { connectRedis } from './redis.ts';
import type { AnyService, Base } from './service.ts';
import { createTracing } from './tracing.ts';

export type Running = {
  name: string;
  url: string;
  app: FastifyInstance;
  relay: Relay;
  ready(): Promise<boolean>;
  stop(): Promise<void>;
};

export type StartOptions = {
  env?: Record<string, string | undefined>;
  now?: () => Date;
  /** A consumer died for good; by default the process exits, so that its supervisor starts a new one. */
  onDead?: (service: string, error: Error) => void;
  /** Says that it is to stop although it has not started yet. */
  signal?: AbortSignal;
};

/**
 * Starts one service: settings, connections, migrations, topics, HTTP, consumers, relay, jobs. Stopping goes the other
 * way round, so that nothing is accepted that could not be finished.
 * @throws {ConfigError} listing every wrong setting
 */
export async function startService(service: AnyService, options: StartOptions = {}): Promise<Running> {
  const config = readConfig(service.name, { ...service.config, ...baseConfig }, options.env) as unknown as BaseConfig &
    Record<string, unknown>;
  const log = createLogger(service.name, config.MALIPO_LOG_LEVEL);
  const metrics = createMetrics(service.name);
  const stopping = new AbortController();
  options.signal?.addEventListener('abort', () => stopping.abort(), { once: true });
  const kafka = connectKafka(config, service.name);
  const mongo = connectMongo(config.MALIPO_MONGO_URL, `${config.MALIPO_DB_PREFIX}${service.name}`);
  const redis = connectRedis(config.MALIPO_REDIS_URL, `${config.MALIPO_REDIS_PREFIX}${service.name}:`, log);
  const publisher = createPublisher(kafka, metrics, config.MALIPO_MAX_BATCH);
  const relay = createRelay({ mongo, publisher, log, metrics });
  const tracing = createTracing(service.name, config.MALIPO_TRACE_URL, config.MALIPO_TRACE_RATIO);
  const base: Base = {
    name: service.name,
    config,
    log,
    metrics,
    tracing,
    mongo,
    redis,
    relay,
    verifyToken: remoteVerifier(config.MALIPO_JWKS_URL),
    now: options.now ?? (() => new Date()),
    newId: () => newId(),
    stopping: stopping.signal,
  };
  const deps: Base = service.deps(base);
  const app = await createHttpApp(service.name, deps);
  const stop: (() => Promise<unknown>)[] = [
    () => mongo.close(),
    async () => redis.disconnect(),
    () => tracing.shutdown(),
  ];
  const consumers: RunningConsumer[] = [];

  const halt = async () => {
    stopping.abort();
    for (const step of stop.toReversed())
      await step().catch((error: unknown) => log.warn({ err: error }, 'a step of the stop failed'));
  };

  try {
    await untilUp('MongoDB', () => mongo.ping(), log, stopping.signal);
    await assertDurable(mongo.db);
    await migrate(mongo.db, [outboxMigration, idempotencyMigration, ...service.migrations], log);
    await untilUp('Kafka', () => kafka.ensureTopics([...service.topics, `${service.name}.dlq`]), log, stopping.signal);
    stop.push(
      () => publisher.close(),
      () => relay.stop(),
      async () => service.stop?.(deps),
    );
    relay.start();
    await service.start?.(deps);
    await service.routes(app, deps);
    const url = await app.listen({ host: config.MALIPO_HOST, port: config[service.port] as number });
    stop.push(() => app.close());
    const deadLetters = createDeadLetters({ service: service.name, db: mongo.db, kafka, log, metrics });
    stop.push(() => deadLetters.close());
    const onDead = (error: Error) => (options.onDead ?? exitProcess)(service.name, error);
    for (const subscription of service.subscriptions?.(deps) ?? []) {
      consumers.push(
        startConsumer({
          service: service.name,
          subscription,
          kafka,
          deadLetters: deadLetters.of(subscription.name),
          tracing,
          log,
          metrics,
          maxBatch: config.MALIPO_MAX_BATCH,
          onDead,
        }),
      );
    }
    stop.push(() => Promise.all(consumers.map((consumer) => consumer.stop())));
    const jobs = startJobs(service.jobs?.(deps) ?? [], log, metrics);
    stop.push(() => jobs.stop());
    app.readiness.add('consumers', async () => consumers.every((consumer) => consumer.ready()));
    log.info({ url }, 'ready');
    return { name: service.name, url, app, relay, ready: () => app.readiness.all(), stop: onceDone(halt) };
  } catch (error) {
    await halt();
    throw error;
  }
}

/**
 * Runs services until SIGTERM or SIGINT, then stops them within `MALIPO_STOP_DEADLINE_MS` and ends the process. One that is
 * still starting is stopped too. Once started it stands back by `MALIPO_NICE`.
 */
export async function run(...services: AnyService[]): Promise<void> {
  const running: Running[] = [];
  const stopping = new AbortController();
  const started = startAll(services, running, stopping.signal);
  const stopAll = () => Promise.all(running.toReversed().map((one) => one.stop()));
  const end = onceDone(async () => {
    stopping.abort();
    const { MALIPO_STOP_DEADLINE_MS } = readConfig('run', baseConfig);
    const deadline = wait(MALIPO_STOP_DEADLINE_MS, 'late' as const, { ref: false });
    const late = await Promise.race([started.catch(() => undefined).then(stopAll), deadline]);
    process.exit(late === 'late' ? 1 : 0);
  });
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  try {
    await started;
    os.setPriority(readConfig('run', baseConfig).MALIPO_NICE);
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    await stopAll();
    process.exit(1);
  }
}

async function startAll(services: readonly AnyService[], running: Running[], signal: AbortSignal): Promise<void> {
  for (const service of services) if (!signal.aborted) running.push(await startService(service, { signal }));
}

async function untilUp(
  what: string,
  reach: () => Promise<unknown>,
  log: Base['log'],
  stopping: AbortSignal,
): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      await reach();
      return;
    } catch (error) {
      if (stopping.aborted || count >= 60) throw error;
      if (count === 1 || count % 10 === 0) log.warn({ err: error }, `waiting for ${what}`);
      await pause(Math.min(1_000, 100 * count), stopping);
    }
  }
}

function exitProcess(service: string, error: Error): void {
  process.stderr.write(
    `${service}: a consumer died for good (${error.message}); ending the process so that it is started anew\n`,
  );
  process.exit(70);
}
