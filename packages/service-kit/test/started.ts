import process from 'node:process';
import { run } from '../src/index.ts';
import { counter } from './counter-service.ts';

/** A process with a service in it; `run.test.ts` looks at it from outside. */
await run(counter);
process.stdout.write('started\n');
