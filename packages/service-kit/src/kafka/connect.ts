import { type BaseOptions, findErrorBy } from '@platformatic/kafka';
import { backoff } from '../clock.ts';
import type { BaseConfig } from '../config.ts';

/** What each client is made with. */
export type KafkaSettings = Pick<
  BaseOptions,
  'clientId' | 'bootstrapBrokers' | 'connectTimeout' | 'requestTimeout' | 'retries' | 'retryDelay'
>;

export type KafkaConnection = {
  settings: KafkaSettings;
  /** The topic's or group's name with the instance's prefix. */
  named(name: string): string;
};

/** The one place that says how we reach Kafka. @see docs/adr/0001-kafka-client-behind-a-port.md */
export function connectKafka(config: BaseConfig, clientId: string): KafkaConnection {
  const settings: KafkaSettings = {
    clientId,
    bootstrapBrokers: config.MALIPO_KAFKA_BROKERS,
    connectTimeout: 3_000,
    requestTimeout: 20_000, // joining a group is answered only when all members have joined
    retries: 5,
    retryDelay: (_client, _operation, attempt) => backoff(attempt, 100, 2_000),
  };
  return { settings, named: (name) => `${config.MALIPO_KAFKA_PREFIX}${name}` };
}

/** Does an error, or one of those that it sums up, have this property? */
export const isKafkaError = (
  error: unknown,
  property: 'apiId' | 'code' | 'canRetry' | 'needsRejoin',
  value: string | boolean,
): boolean => error instanceof Error && findErrorBy(error, property, value) !== null;

/** Would Kafka answer otherwise later, or somewhere else? */
export const isOutOfReach = (error: unknown): boolean =>
  isKafkaError(error, 'code', 'PLT_KFK_NETWORK') || isKafkaError(error, 'canRetry', true);

/**
 * Has the group forgotten this member, or moved on without it? Joining once more helps: whoever is too slow for a while, such
 * as all on a machine that is short of CPU, is named anew and may be too late again.
 */
export const mustJoinAgain = (error: unknown): boolean => isKafkaError(error, 'needsRejoin', true);

/** Will Kafka never take this, because of what it is? */
export const isRefused = (error: unknown): boolean => REFUSALS.some((id) => isKafkaError(error, 'apiId', id));

const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];
