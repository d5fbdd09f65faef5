import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { inject, onTestFinished } from 'vitest';
import { type Stack, startStack, stopStack } from './stack/index.ts';

export type OwnBroker = {
  addresses: Stack['kafkaBrokers'];
  kill(): void;
  /** Starts it again, with what it had. */
  start(): Promise<Stack>;
};

/** A broker that the test at hand may kill, beside the run's databases; it goes with the test. */
export async function ownBroker(): Promise<OwnBroker> {
  const instance = `broker-${randomBytes(4).toString('hex')}`;
  const { mongoUrl, redisUrl } = inject('stack');
  const env = { MALIPO_STACK: 'native', MALIPO_MONGO_URL: mongoUrl, MALIPO_REDIS_URL: redisUrl };
  onTestFinished(() => stopStack(instance, { wipe: true, env }));
  const start = () => startStack({ instance, env });
  const first = await start();
  const kill = () => {
    for (const pid of Object.values(first.pids)) process.kill(pid, 'SIGKILL');
  };
  return { addresses: first.kafkaBrokers, kill, start };
}
