import { newId } from '@malipo/values';
import { type BaseConfig, baseConfig, readConfig } from './config.ts';
import { type App, createHttpApp } from './http/app.ts';
import { remoteVerifier } from './http/auth.ts';
import { connectKafka, type KafkaConnection } from './kafka/connect.ts';
import { createPublisher, type Publisher } from './kafka/publisher.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { connectMongo } from './mongo.ts';
import { createRelay } from './outbox/relay.ts';
import type { AnyService, Base } from './service.ts';
import type { StartOptions } from './start.ts';
import { createTracing } from './tracing.ts';

/** A service that has its connections, though nobody was asked for anything yet. */
export type Opened = {
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
 * Reads the settings of a service, makes its connections and its app, and asks nobody for anything yet.
 * @throws {ConfigError} listing every wrong setting
 */
export async function openService(
  service: AnyService,
  options: Pick<StartOptions, 'env' | 'now' | 'signal'>,
): Promise<Opened> {
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

/** Where `/ready` and `/metrics` have a listener of their own. */
export const operationsPort = ({ operations }: AnyService, config: Opened['config']): number | undefined =>
  operations && (config[operations.port] as number | undefined);
