import process from 'node:process';
import { run } from '../src/index.ts';
import { counter } from './counter-service.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** A process with a service in it, and a job that needs its database; `run.test.ts` looks at it from outside. */
await run({
  ...counter,
  jobs: ({ counts }) => [
    {
      name: 'look',
      everyMs: 100,
      run: async () => {
        await counts.findOne().catch((error: unknown) => {
          say('ran without');
          throw error;
        });
      },
    },
  ],
});
say('started');
