import type { TestProject } from 'vitest/node';
import { type Stack, startStack } from './stack/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: { mongoUrl: string; redisUrl: string; kafkaBrokers: string[] };
  }
}

let running: Promise<Stack> | undefined;
let users = 0;

/**
 * One real stack per run, whichever projects ask for it, gone with the last of them. MALIPO_TEST_STACK=<instance> uses one
 * that `scripts/stack up` started, which saves three seconds a run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  running ??= startForTests();
  const { mongoUrl, redisUrl, kafkaBrokers, stop } = await running;
  project.provide('stack', { mongoUrl, redisUrl, kafkaBrokers });
  return async () => {
    users -= 1;
    if (users > 0) return;
    running = undefined;
    await stop();
  };
}

function startForTests(): Promise<Stack> {
  const log = (line: string) => void process.stdout.write(`${line}\n`);
  const shared = process.env['MALIPO_TEST_STACK'];
  return shared ? startStack({ instance: shared, log }) : startStack({ instance: 'test', ephemeral: true, log });
}
