import process from 'node:process';
import type { FastifyInstance } from 'fastify';
import { pause } from './clock.ts';
import { idempotencyMigration } from './http/idempotency.ts';
import { createOperationsApp } from './http/operations.ts';
import { startJobs } from './jobs.ts';
import { startConsumer } from './kafka/consumer.ts';
import { createDeadLetters } from './kafka/dead-letters.ts';
import { ensureTopics } from './kafka/topics.ts';
import type { Logger } from './logger.ts';
import { migrate } from './migrations.ts';
import { assertDurable } from './mongo.ts';
import { onceDone } from './once.ts';
import { type Opened, openService, operationsPort } from './open-service.ts';
import { outboxMigration } from './outbox/outbox.ts';
import type { Relay } from './outbox/relay.ts';
import type { AnyService } from './service.ts';

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

/**
 * Starts one service: settings, connections, migrations, topics, HTTP, consumers, relay, jobs. Stopping goes the other
 * way round, so that nothing is accepted that could not be finished.
 * @throws {ConfigError} listing every wrong setting
 */
export async function startService(service: AnyService, options: StartOptions = {}): Promise<Running> {
  const opened = await openService(service, options);
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

/** Waits for the servers, and brings database and topics to where this version of the service needs them. */
async function prepare(service: AnyService, { base: { log, mongo, stopping }, config, kafka }: Opened): Promise<void> {
  const topics = [...service.topics, `${service.name}.dlq`].map(kafka.named);
  await untilUp('MongoDB', () => mongo.ping(), log, stopping);
  await assertDurable(mongo.db);
  await migrate(mongo.db, [outboxMigration, idempotencyMigration, ...service.migrations], log);
  await untilUp('Kafka', () => ensureTopics(kafka.settings, topics, config, log), log, stopping);
}

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
