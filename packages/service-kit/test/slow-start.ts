import { once } from 'node:events';
import process from 'node:process';
import { run } from '../src/index.ts';
import { counter } from './counter-service.ts';

/** A process whose service starts for as long as it may; `run.test.ts` stops it meanwhile. */
await run({
  ...counter,
  async start({ stopping }) {
    process.stdout.write('starting\n');
    await once(stopping, 'abort');
  },
  async stop() {
    process.stdout.write('stopped\n');
  },
});
