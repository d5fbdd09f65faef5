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

/** Ends the infrastructure's containers; their volumes stay unless told otherwise. */
export async function composeDown(instance: string, ports: StackPorts, { volumes = false } = {}): Promise<void> {
  await compose(instance, ports, ['down', ...(volumes ? ['--volumes'] : [])]);
}

/** The infrastructure's containers that run now, by service. */
export async function composeRunning(instance: string, ports: StackPorts): Promise<Set<string>> {
  const names = await compose(instance, ports, ['ps', '--services', '--status', 'running']);
  return new Set(names.split('\n').filter(Boolean));
}

/** The arguments that select one instance's project; two instances are two projects. */
export const composeProject = (instance: string): string[] => ['compose', '--project-name', `malipo-${instance}`];

const compose = (instance: string, ports: StackPorts, args: string[]): Promise<string> =>
  mustRun('docker', [...composeProject(instance), ...args], {
    cwd: ROOT,
    env: composeEnvironment(ports),
    failing: `docker compose ${args[0]} failed`,
  });

/** What docker-compose.yml reads to publish the infrastructure. */
export const composeEnvironment = (ports: StackPorts): Record<string, string> => ({
  MALIPO_MONGO_PORT: String(ports.mongo),
  MALIPO_REDIS_PORT: String(ports.redis),
  MALIPO_KAFKA_PORT: String(ports.kafka),
});
