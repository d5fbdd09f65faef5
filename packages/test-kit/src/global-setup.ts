import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { type Stack, startStack } from './native/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: { mongoUrl: string; redisUrl: string; kafkaBrokers: string[] };
  }
}

let starting: Promise<Stack> | undefined;

/** One real stack per run, whichever projects ask for it; MALIPO_TEST_STACK names one that is up already. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  starting ??= process.env['MALIPO_TEST_STACK']
    ? startStack({ instance: process.env['MALIPO_TEST_STACK'] })
    : startStack({
        instance: `test-${process.pid}`,
        ephemeral: true,
        say: (line) => process.stdout.write(`${line}\n`),
      });
  const stack = await starting;
  const { mongoUrl, redisUrl, kafkaBrokers } = stack;
  project.provide('stack', { mongoUrl, redisUrl, kafkaBrokers });
  return async () => {
    starting = undefined;
    await stack.stop();
  };
}
