import path from 'node:path';
import type { ServerName } from './cache/cache.ts';
import { ROOT } from './paths.ts';
import type { StackPorts } from './ports.ts';
import { mustRun, runCommand } from './run-command.ts';

/** Does a container engine answer, and does it know compose? A client alone is not enough. */
export async function composeWorks(): Promise<boolean> {
  const engine = await runCommand('docker', ['info'], { timeoutMs: 3_000 });
  if (engine.code !== 0) return false;
  return (await runCommand('docker', ['compose', 'version'], { timeoutMs: 3_000 })).code === 0;
}

/** Starts the infrastructure's containers and waits until their health checks pass. */
export async function composeUp(instance: string, ports: StackPorts, names: readonly ServerName[]): Promise<void> {
  await compose(instance, ports, ['up', '--detach', '--wait', '--wait-timeout', '120', ...names]);
}

/** Ends an instance's containers; their volumes stay unless told otherwise. */
export async function composeDown(instance: string, ports: StackPorts, { volumes = false } = {}): Promise<void> {
  await compose(instance, ports, ['down', ...(volumes ? ['--volumes'] : [])]);
}

/** The services of an instance whose containers run now. */
export async function composeRunning(instance: string, ports: StackPorts): Promise<Set<string>> {
  const names = await compose(instance, ports, ['ps', '--services', '--status', 'running']);
  return new Set(names.split('\n').filter(Boolean));
}

/** The arguments of docker for one instance, which is a compose project of its own, from any folder. */
export const composeCommand = (instance: string, args: readonly string[]): string[] => [
  ...['compose', '--project-name', `malipo-${instance}`, '--file', path.join(ROOT, 'docker-compose.yml')],
  ...args,
];

const compose = (instance: string, ports: StackPorts, args: string[]): Promise<string> =>
  mustRun('docker', composeCommand(instance, args), {
    env: {
      MALIPO_MONGO_PORT: String(ports.mongo),
      MALIPO_REDIS_PORT: String(ports.redis),
      MALIPO_KAFKA_PORT: String(ports.kafka),
    },
    failing: `docker compose ${args[0]} failed`,
  });
