import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { portOwner } from './port-owner.ts';
import { StackError, type StackSettings } from './settings.ts';

export type StackPorts = { mongo: number; redis: number; kafka: number; controller: number };

const DEFAULT_PORTS: StackPorts = { mongo: 27_117, redis: 6_479, kafka: 9_192, controller: 9_193 };

/** Blocks of four below the kernel's range for outgoing connections, which starts at 32768. */
const FIRST_BLOCK = 20_000;
const BLOCKS = 1_500;

/** The variable that moves each part to another port. */
const VARIABLE: Record<keyof StackPorts, string> = {
  mongo: 'MALIPO_MONGO_PORT',
  redis: 'MALIPO_REDIS_PORT',
  kafka: 'MALIPO_KAFKA_PORT',
  controller: 'MALIPO_KAFKA_PORT',
};

/** A port of a part is in use by somebody else. */
export class PortBusyError extends StackError {}

/** A free port on loopback; nobody reserves it, so bind it soon. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Could a server bind this port on loopback now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * The ports of an instance: what the settings say, else the remembered ones, else the usual ones for `default` and a block
 * derived from the name for the others, the next block when one is in use.
 */
export async function choosePorts(
  instance: string,
  settings: StackSettings,
  remembered: StackPorts | undefined,
): Promise<StackPorts> {
  const base = remembered ?? (instance === 'default' ? DEFAULT_PORTS : await freeBlock(instance));
  const kafka = settings.MALIPO_KAFKA_PORT ?? base.kafka;
  return {
    mongo: settings.MALIPO_MONGO_PORT ?? base.mongo,
    redis: settings.MALIPO_REDIS_PORT ?? base.redis,
    kafka,
    controller: settings.MALIPO_KAFKA_PORT ? kafka + 1 : base.controller,
  };
}

async function freeBlock(instance: string): Promise<StackPorts> {
  const start = createHash('sha256').update(instance).digest().readUInt32BE() % BLOCKS;
  for (let step = 0; step < BLOCKS; step++) {
    const first = FIRST_BLOCK + 4 * ((start + step) % BLOCKS);
    const ports = { mongo: first, redis: first + 1, kafka: first + 2, controller: first + 3 };
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new StackError(`no four free ports in a row between ${FIRST_BLOCK} and ${FIRST_BLOCK + 4 * BLOCKS}`);
}

/** A killed server holds its port for a moment after its command line is gone. */
const DYING_MS = 2_000;

/** @throws {PortBusyError} naming the process that has the port and the variable that moves ours */
export async function assertFree(title: string, part: keyof StackPorts, port: number): Promise<void> {
  for (const deadline = Date.now() + DYING_MS; !(await isFree(port)); await wait(25)) {
    const owner = portOwner(port);
    if (!owner && Date.now() < deadline) continue;
    const who = owner ? `pid ${owner.pid} (${shorten(owner.command)})` : 'a process that this user cannot see';
    throw new PortBusyError(`port ${port} for ${title} is in use by ${who}; stop it, or set ${VARIABLE[part]}`);
  }
}

const shorten = (command: string): string => (command.length > 100 ? `${command.slice(0, 99)}…` : command);
