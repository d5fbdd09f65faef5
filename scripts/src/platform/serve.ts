import process from 'node:process';
import { run } from '@malipo/service-kit';
import { complain, say } from '../terminal.ts';
import { isServiceName, loadServices, serviceNames } from './services.ts';

/** Runs the services named on the command line (all without a name) in this process, until it is told to stop. */
// whoever supervises us is gone: stop as if told to
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const names = process.argv.slice(2);
const unknown = names.filter((name) => !isServiceName(name));

if (unknown.length > 0) {
  complain(`no service is called ${unknown.join(' or ')}; there are ${serviceNames.join(', ')}`);
  process.exitCode = 2;
} else {
  await run(...(await loadServices(names.length === 0 ? serviceNames : names.filter(isServiceName))));
  say(`serving ${names.length === 0 ? 'everything' : names.join(', ')}`);
}
