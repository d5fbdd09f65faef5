import process from 'node:process';
import { newId } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { pause } from './clock.ts';
import { type BaseConfig, baseConfig, readConfig } from './config.ts';
import { type App, createHttpApp } from './http/app.ts';
import { remoteVerifier } from './http/auth.ts';
import { idempotencyMigration } from './http/idempotency.ts';
import { createOperationsApp } from './http/operations.ts';
import { startJobs } from './jobs.ts';
import { connectKafka, type KafkaConnection } from './kafka/connect.ts';
import { startConsumer } from './kafka/consumer.ts';
import { createDeadLetters } from './kafka/dead-letters.ts';
import { createPublisher, type Publisher } from './kafka/publisher.ts';
import { ensureTopics } from './kafka/topics.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrations.ts';
import { assertDurable, connectMongo } from './mongo.ts';
import { onceDone } from './once.ts';
import { outboxMigration } from './outbox/outbox.ts';
import { createRelay, type Relay } from './outbox/relay.ts';
import type { AnyService, Base } from './service.ts';
import { createTracing } from './tracing.ts';

export type Running = {
  name: string;
  url: string;
  /** Where `/ready` and `/metrics` are, if a listener of their own is configured. */
  operationsUrl?: string;
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

/** A service that has its connections, though nobody was asked for anything yet. */
type Opened = {
  base: Base;
  deps: Base;
  config: BaseConfig & Record<string, unknown>;
  kafka: KafkaConnection;
  publisher: Publisher;
  app: App;
  /** Undoes what was done, the last first: whatever is begun is noted here. */
  stops: (() => Promise<unknown>)[];
  halt(): Promise<void>;
};

/**
 * Starts one service: settings, connections, migrations, topics, HTTP, consumers, relay, jobs. Stopping goes the other
 * way round, so that nothing is accepted that could not be finished.
 * @throws {ConfigError} listing every wrong setting
 */
export async function startService(service: AnyService, options: StartOptions = {}): Promise<Running> {
  const opened = await open(service, options);
  try {
    await prepare(service, opened);
    const urls = await listen(service, opened);
    consume(service, opened, options.onDead ?? exitProcess);
    opened.base.log.info(urls, 'ready');
    const { app, base, halt } = opened;
    return {
      name: service.name,
      ...urls,
      app,
      relay: base.relay,
      ready: () => app.readiness.all(),
      stop: onceDone(halt),
    };
  } catch (error) {
    await opened.halt();
    throw error;
  }
}

async function open(service: AnyService, options: StartOptions): Promise<Opened> {
  const { name } = service;
  const settings = { ...service.config, ...baseConfig };
  const config = readConfig(name, settings, options.env) as unknown as Opened['config'];
  const log = createLogger(name, config.MALIPO_LOG_LEVEL, config.MALIPO_LOG_FILE);
  const metrics = createMetrics(name);
  const stopping = new AbortController();
  options.signal?.addEventListener('abort', () => stopping.abort(), { once: true });
  const kafka = connectKafka(config, name);
  const mongo = connectMongo(config.MALIPO_MONGO_URL, `${config.MALIPO_DB_PREFIX}${name}`, { log });
  const publisher = createPublisher(kafka, metrics, config.MALIPO_MAX_BATCH);
  const stops: Opened['stops'] = [() => mongo.close(), () => base.tracing.shutdown()];
  const base: Base = {
    name,
    config,
    log,
    metrics,
    tracing: createTracing(name, config.MALIPO_TRACE_URL, config.MALIPO_TRACE_RATIO),
    mongo,
    relay: createRelay({ mongo, publisher, log, metrics }),
    verifyToken: remoteVerifier(config.MALIPO_JWKS_URL),
    now: options.now ?? (() => new Date()),
    newId: () => newId(),
    stopping: stopping.signal,
    atEnd: (close) => void stops.push(close),
  };
  const deps: Base = service.deps(base);
  const app = await createHttpApp(name, deps, operationsPort(service, config) === undefined);
  const halt = async () => {
    stopping.abort();
    for (const stop of stops.toReversed())
      await stop().catch((error: unknown) => log.warn({ err: error }, 'a step of the stop failed'));
  };
  return { base, deps, config, kafka, publisher, app, stops, halt };
}

/** Waits for the servers, and brings database and topics to where this version of the service needs them. */
async function prepare(service: AnyService, { base: { log, mongo, stopping }, config, kafka }: Opened): Promise<void> {
  const topics = [...service.topics, `${service.name}.dlq`].map(kafka.named);
  await untilUp('MongoDB', () => mongo.ping(), log, stopping);
  await assertDurable(mongo.db);
  await migrate(mongo.db, [outboxMigration, idempotencyMigration, ...service.migrations], log);
  await untilUp('Kafka', () => ensureTopics(kafka.settings, topics, config, log), log, stopping);
}

type Config = Opened['config'];

const operationsPort = ({ operations }: AnyService, config: Config): number | undefined =>
  operations && (config[operations.port] as number | undefined);

/** Opens the listener for operations, where its port is set. It closes after the public one, so that who looks sees the stop. */
async function listenForOperations(service: AnyService, { base, config, app, stops }: Opened) {
  const port = operationsPort(service, config);
  if (!service.operations || port === undefined) return {};
  const operations = createOperationsApp(base, app.readiness);
  stops.push(() => operations.close());
  const host = config[service.operations.host] as string;
  return { operationsUrl: await operations.listen({ host, port }) };
}

/** Begins to publish and to answer. @returns the addresses */
async function listen(service: AnyService, opened: Opened): Promise<Pick<Running, 'url' | 'operationsUrl'>> {
  const { base, deps, config, publisher, app, stops } = opened;
  stops.push(
    () => publisher.close(),
    () => base.relay.stop(),
    async () => service.stop?.(deps),
  );
  base.relay.start();
  await service.start?.(deps);
  await service.routes(app, deps);
  const operations = await listenForOperations(service, opened);
  const url = await app.listen({ host: config.MALIPO_HOST, port: config[service.port] as number });
  stops.push(() => app.close());
  return { url, ...operations };
}

/** Begins to work off events, and what is to be done from time to time. */
function consume(service: AnyService, opened: Opened, onDead: NonNullable<StartOptions['onDead']>): void {
  const { base, deps, config, kafka, app, stops } = opened;
  const { log, metrics, mongo, tracing } = base;
  const deadLetters = createDeadLetters({ service: service.name, db: mongo.db, kafka, log, metrics });
  stops.push(() => deadLetters.close());
  const subscriptions = service.subscriptions?.(deps) ?? [];
  const consumers = subscriptions.map((subscription) =>
    startConsumer({
      service: service.name,
      subscription,
      kafka,
      deadLetters: deadLetters.of(subscription.name),
      tracing,
      log,
      metrics,
      maxBatch: config.MALIPO_MAX_BATCH,
      othersPass: mongo.takesTransactions,
      onDead: (error) => onDead(service.name, error),
    }),
  );
  stops.push(() => Promise.all(consumers.map((consumer) => consumer.stop())));
  const jobs = startJobs(service.jobs?.(deps) ?? [], base);
  stops.push(() => jobs.stop());
  app.readiness.add('consumers', async () => consumers.every((consumer) => consumer.ready()));
  app.readiness.endure(service.endures ?? []);
}

async function untilUp(what: string, reach: () => Promise<unknown>, log: Logger, stopping: AbortSignal): Promise<void> {
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
