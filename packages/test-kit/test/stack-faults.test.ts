import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PortBusyError, startStack, stopStack } from '../src/stack/index.ts';
import { instanceDir } from '../src/stack/paths.ts';
import { commandOf, endServer } from '../src/stack/processes.ts';
import { ownInstance, redisOnly } from './redis-only.ts';

const GONE_WITHIN = { timeout: 15_000 };

/** A tracer that is told of its child's end and never answers holds it as a disk that hangs would (PTRACE_SEIZE, TRACEEXIT). */
const HOLD = `
import ctypes, subprocess, sys, time
child = subprocess.Popen(['tail', '-f', sys.argv[1]], stdout=subprocess.DEVNULL)
assert ctypes.CDLL(None).ptrace(0x4206, child.pid, None, ctypes.c_void_p(0x40)) == 0
print(child.pid, flush=True)
time.sleep(300)`;

/** Whole stacks start and recover here, on a machine that may be busy with other tests. */
vi.setConfig({ testTimeout: 90_000 });

test('when the owner is killed with -9, no process and no data of an ephemeral stack stay', async () => {
  const { owner, instance, pids } = await startOwner('ephemeral');
  expect(pids.map((pid) => commandOf(pid) !== undefined)).toEqual([true, true, true]);
  owner.kill('SIGKILL');
  await expect.poll(() => pids.filter((pid) => commandOf(pid)), GONE_WITHIN).toEqual([]);
  await expect.poll(() => existsSync(instanceDir(instance)), GONE_WITHIN).toBe(false);
});

test('when the owner is killed with -9, its servers end and the data of a lasting stack stays', async () => {
  const { owner, instance, pids } = await startOwner('lasting', redisOnly({ MALIPO_INSTANCE: 'unused' }));
  owner.kill('SIGKILL');
  await expect.poll(() => pids.filter((pid) => commandOf(pid)), GONE_WITHIN).toEqual([]);
  expect(existsSync(path.join(instanceDir(instance), 'redis/appendonly.aof'))).toBe(true);
  await stopStack(instance, { wipe: true });
});

test('what was durable survives servers that are killed with -9, and the next start needs no cleaning up', async () => {
  const instance = ownInstance();
  const first = await startStack({ instance, daemon: true });
  await withMongo(first.mongoUrl, (rows) => rows.insertOne({ kept: true }));
  for (const pid of Object.values(first.pids)) process.kill(pid, 'SIGKILL');
  const second = await startStack({ instance });
  onTestFinished(() => second.stop());
  expect(second).toMatchObject({ mongoUrl: first.mongoUrl, kafkaBrokers: first.kafkaBrokers });
  expect(await withMongo(second.mongoUrl, (rows) => rows.countDocuments({ kept: true }))).toBe(1);
});

test('a killed server that the kernel does not let go is named with its pid, instead of waited for without end', async (context) => {
  const dir = instanceDir(ownInstance());
  mkdirSync(dir, { recursive: true });
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const held = path.join(dir, 'held');
  writeFileSync(held, '');
  const holder = spawn('python3', ['-c', HOLD, held], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [pid] = await Promise.race([once(createInterface(holder.stdout), 'line'), once(holder, 'exit')]);
  if (holder.exitCode !== null) context.skip('this machine lets nobody trace');
  writeFileSync(path.join(dir, 'redis.pid'), `${pid}\n`);
  const said = new RegExp(`^redis \\(pid ${pid}\\) was killed and does not go: `);
  await expect(endServer(dir, 'redis', 0, 500)).rejects.toThrow(said);
  holder.kill('SIGKILL');
  await expect.poll(() => commandOf(Number(pid)), GONE_WITHIN).toBeUndefined();
  await endServer(dir, 'redis', 0);
});

test('a replica set follows when its port is changed', async () => {
  const instance = ownInstance();
  const env = { MALIPO_STACK: 'native', MALIPO_REDIS_URL: 'redis://elsewhere', MALIPO_KAFKA_BROKERS: 'elsewhere:9092' };
  const first = await startStack({ instance, env });
  await withMongo(first.mongoUrl, (rows) => rows.insertOne({ kept: true }));
  await first.stop();
  const port = Number(new URL(first.mongoUrl).port) + 3;
  const moved = await startStack({ instance, env: { ...env, MALIPO_MONGO_PORT: String(port) } });
  expect(moved.mongoUrl).toContain(`:${port}/`);
  expect(await withMongo(moved.mongoUrl, (rows) => rows.countDocuments({ kept: true }))).toBe(1);
  await moved.stop();
});

test('a busy port is reported with its owner and the setting that moves ours, and nothing is started', async () => {
  const port = await occupyPort();
  const instance = ownInstance();
  const starting = startStack({ instance, env: redisOnly({ MALIPO_REDIS_PORT: String(port) }) });
  await expect(starting).rejects.toThrow(PortBusyError);
  await expect(starting).rejects.toThrow(
    new RegExp(
      `^port ${port} for Redis is in use by pid ${process.pid} \\(.*node.*\\); stop it, or set MALIPO_REDIS_PORT$`,
    ),
  );
  expect(existsSync(path.join(instanceDir(instance), 'redis.pid'))).toBe(false);
});

test.each([
  ['of a process that is gone', 4_000_000],
  ["that is somebody else's now", process.pid],
])('a stale pid file %s is no obstacle, and nobody is signalled', async (_case, pid) => {
  const instance = ownInstance();
  const pidFile = path.join(instanceDir(instance), 'redis.pid');
  mkdirSync(instanceDir(instance), { recursive: true });
  writeFileSync(pidFile, `${pid}\n`);
  await stopStack(instance);
  writeFileSync(pidFile, `${pid}\n`);
  const { redisUrl, pids } = await startStack({ instance, env: redisOnly() });
  expect(Number(readFileSync(pidFile, 'utf8'))).toBe(pids['redis']);
  const redis = new Redis(redisUrl);
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();
});

test('a lock whose holder died is taken over', async () => {
  const instance = ownInstance();
  writeFileSync(`${instanceDir(instance)}.lock`, '4000000');
  await expect(startStack({ instance, env: redisOnly() })).resolves.toMatchObject({ instance });
});

type Owner = { owner: ChildProcess; instance: string; pids: number[] };

async function startOwner(kind: 'ephemeral' | 'lasting', env: Record<string, string> = {}): Promise<Owner> {
  const file = path.join(import.meta.dirname, 'fixtures/stack-owner.ts');
  const owner = spawn(process.execPath, [file, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  for await (const line of createInterface({ input: owner.stdout })) {
    return { owner, ...(JSON.parse(line) as Omit<Owner, 'owner'>) };
  }
  throw new Error('the owner ended before it had a stack');
}

async function withMongo<T>(
  url: string,
  work: (rows: ReturnType<ReturnType<MongoClient['db']>['collection']>) => Promise<T>,
): Promise<T> {
  const client = await new MongoClient(url, { writeConcern: { w: 'majority', journal: true } }).connect();
  try {
    return await work(client.db('probe').collection('rows'));
  } finally {
    await client.close();
  }
}

function occupyPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
