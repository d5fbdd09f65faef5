import path from 'node:path';
import process from 'node:process';
import { run } from '@malipo/service-kit';
import { runningStack } from '@malipo/test-kit/stack';
import { complain } from '../terminal.ts';
import { environmentOf, localSecrets, platformEnvironment, portsFrom } from './environment.ts';
import { isServiceName, loadServices } from './services.ts';

/** One service against the stack that `./scripts/stack up` started; the watcher starts it anew when a file changes. */
const [name = ''] = process.argv.slice(2);
const instance = process.env['MALIPO_INSTANCE'] ?? 'default';
const stack = await runningStack(instance);
const [service] = isServiceName(name) ? await loadServices([name]) : [];

if (!stack || !service) {
  complain(stack ? `there is no service '${name}'` : 'the stack is not up; start it with ./scripts/stack up');
  process.exitCode = 2;
} else {
  const home = path.resolve(import.meta.dirname, '../../../.malipo', instance);
  const env = platformEnvironment(
    stack,
    portsFrom(Number(process.env['MALIPO_PORT'] ?? 8080)),
    await localSecrets(home),
    process.env,
  );
  Object.assign(process.env, environmentOf(name, env, process.env));
  await run(service);
}
