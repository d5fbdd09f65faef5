import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createSandbox, type Sandbox } from '@malipo/provider-sandbox';
import { freshSecrets, type Ports, platformEnvironment, portsFrom } from '@malipo/scripts/platform/environment';
import { type Supervised, superviseServices } from '@malipo/scripts/platform/processes';
import { untilReady } from '@malipo/scripts/platform/ready';
import { type Stack, startStack, stopStack } from '@malipo/test-kit/stack';
import { cpuSeconds } from './processes.ts';

/** Everything that a payment passes through, each part a process of its own whose CPU is counted. */
export type Rig = {
  stack: Stack;
  sandbox: Sandbox;
  url: string;
  ports: Ports;
  prefix: string;
  /** Where the payment service keeps what its queue had no room for. */
  spoolDir: string;
  pids(): number[];
  /** The process that runs a service. */
  pidOf(service: string): number;
  cpu(): number;
  stop(): Promise<void>;
};

const FIRST_PORT = 18_080;
const ROOT = path.resolve(import.meta.dirname, '../..');

/** @param groups which services share a process */
export async function buildRig(
  name: string,
  groups: readonly (readonly string[])[],
  settings: Record<string, string> = {},
): Promise<Rig> {
  const home = path.join(ROOT, '.malipo', `bench-${name}`);
  mkdirSync(home, { recursive: true });
  await stopStack(`bench-${name}`, { wipe: true }); // fresh data
  const stack = await startStack({ instance: `bench-${name}`, env: { ...process.env, MALIPO_MONGO_CACHE_GB: '2' } });
  const ports = portsFrom(FIRST_PORT);
  const sandbox = await createSandbox({ port: ports.sandbox, recordBodies: false });
  const spoolDir = path.join(home, 'spool');
  const env = platformEnvironment(stack, ports, freshSecrets(), {
    MALIPO_LOG_LEVEL: 'info',
    MALIPO_SPOOL_DIR: spoolDir,
    MALIPO_RATE_LIMIT: '1000000',
    MALIPO_AUTH_RATE_LIMIT: '1000000',
    ...settings,
  });
  const processes: Supervised[] = groups.map((group) =>
    superviseServices(group, { ...env, ...standingBack(group) }, path.join(home, `${group.join('-')}.log`)),
  );
  const url = `http://127.0.0.1:${ports.gateway}`;
  await untilReady(groups.flat().map((service) => [service, ports[service as keyof Ports]] as const));
  const pids = () => [...Object.values(stack.pids), ...processes.flatMap((one) => one.pid() ?? [])];
  return {
    stack,
    sandbox,
    url,
    ports,
    prefix: env['MALIPO_KAFKA_PREFIX'] ?? '',
    spoolDir,
    pids,
    pidOf: (service) => processes.find((one) => one.name.split('+').includes(service))?.pid() ?? 0,
    cpu: () => pids().reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      await sandbox.close();
      await stack.stop();
      await stopStack(`bench-${name}`, { wipe: true });
    },
  };
}

/** What follows the money may be late; on two cores it stands back for what moves it. */
const FOLLOWERS: ReadonlySet<string> = new Set(['notification', 'analytics']);

const standingBack = (group: readonly string[]): Record<string, string> =>
  group.every((service) => FOLLOWERS.has(service)) ? { MALIPO_NICE: '10' } : {};
