import path from 'node:path';
import process from 'node:process';
import { instanceDir, noteUser, runningStack } from '@malipo/test-kit/stack';
import { HELP, print, readArguments, runCommand, UsageError } from '../command.ts';
import { environmentOf, filesOf, localSecrets, platformEnvironment } from './environment.ts';
import { assertPortsFree } from './ports.ts';
import { isServiceName, loadServices, type ServiceName, serviceNames } from './services.ts';
import { localSettings } from './settings.ts';

const SERVE = path.resolve(import.meta.dirname, 'serve.ts');
const USAGE = `usage: ./scripts/dev SERVICE

One service, started anew when a file of it changes, against the stack that ./scripts/stack up started.
SERVICE is one of ${serviceNames.join(', ')}.

Environment: MALIPO_INSTANCE (default), MALIPO_PORT (8080 for the default instance), and the service's own.`;

/** Once all is well, this process becomes the one that watches: its number and its terminal stay. */
async function main(): Promise<number> {
  const { values, positionals } = readArguments({ allowPositionals: true, options: HELP });
  if (values.help) return print(USAGE);
  const [name = '', ...more] = positionals;
  if (name === '' || more.length > 0) throw new UsageError('name one service');
  if (!isServiceName(name)) throw new UsageError(`there is no service '${name}'`);
  const { instance, ports } = localSettings(process.env);
  const stack = await runningStack(instance);
  if (!stack)
    throw new Error(`the stack of '${instance}' is not up; start it with ./scripts/stack up --instance ${instance}`);
  const home = instanceDir(instance);
  const own = { ...filesOf(home), ...process.env, MALIPO_PORT: String(ports.gateway) };
  const env = environmentOf(name, platformEnvironment(stack, ports, await localSecrets(home), own), process.env);
  await assertPortFree(name, env);
  noteUser(home);
  process.execve?.(process.execPath, ['node', '--watch', SERVE, name], { ...process.env, ...env });
  throw new Error('a process cannot become another one on this system; use Linux or macOS');
}

async function assertPortFree(name: ServiceName, env: Record<string, string>): Promise<void> {
  const [service] = await loadServices([name]);
  const port = service && env[service.port];
  if (port) await assertPortsFree({ [name]: Number(port) });
}

await runCommand(USAGE, main);
