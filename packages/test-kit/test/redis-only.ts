import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { stopStack } from '../src/stack/index.ts';
import { instanceDir } from '../src/stack/paths.ts';

/** Everything but Redis is somebody else's: the rules of starting are the same for all parts, and Redis starts in no time. */
export const redisOnly = (more: Record<string, string> = {}): Record<string, string> => ({
  MALIPO_STACK: 'native',
  MALIPO_MONGO_URL: 'mongodb://elsewhere',
  MALIPO_KAFKA_BROKERS: 'elsewhere:9092, other:9092',
  ...more,
});

/** A name for an instance of this test, which is stopped and removed when the test is over. */
export function ownInstance(): string {
  const instance = `kit-${randomBytes(4).toString('hex')}`;
  onTestFinished(async () => {
    await stopStack(instance, { wipe: true, env: redisOnly() });
    rmSync(instanceDir(instance), { recursive: true, force: true });
  });
  return instance;
}
