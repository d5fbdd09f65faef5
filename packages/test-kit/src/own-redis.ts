import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import { startStack, stopStack } from './stack/index.ts';

export type OwnRedis = {
  port: number;
  /** Sets it up as somebody who runs it would. */
  set(name: string, value: string): Promise<void>;
  /** Another has become the primary: this one is its replica from now on, and takes no writes. */
  follow(port: number): Promise<void>;
};

/** A Redis that the test at hand may do anything to, beside the run's other servers; it goes with the test. */
export async function ownRedis(): Promise<OwnRedis> {
  const instance = `redis-${randomBytes(4).toString('hex')}`;
  const { mongoUrl, kafkaBrokers } = inject('stack');
  const env = { MALIPO_STACK: 'native', MALIPO_MONGO_URL: mongoUrl, MALIPO_KAFKA_BROKERS: kafkaBrokers.join() };
  onTestFinished(() => stopStack(instance, { wipe: true, env }));
  const { redisUrl } = await startStack({ instance, env });
  const tell = async (command: string, ...args: (string | number)[]) => {
    const redis = new Redis(redisUrl);
    await redis.call(command, ...args).finally(() => redis.disconnect());
  };
  return {
    port: Number(new URL(redisUrl).port),
    set: (name, value) => tell('CONFIG', 'SET', name, value),
    follow: (port) => tell('REPLICAOF', '127.0.0.1', port),
  };
}
