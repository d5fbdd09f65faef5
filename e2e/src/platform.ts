import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSandbox, type Sandbox } from '@malipo/provider-sandbox';
import { type Api, createApi } from '@malipo/scripts/client/api';
import { freshSecrets, type Ports, platformEnvironment, portsFrom } from '@malipo/scripts/platform/environment';
import { startInProcess } from '@malipo/scripts/platform/in-process';
import { superviseServices } from '@malipo/scripts/platform/processes';
import { createSlice, freePort } from '@malipo/test-kit';

export type TestPlatform = {
  /** The gateway: the only door that tests knock at. */
  url: string;
  ports: Ports;
  sandbox: Sandbox;
  env: Record<string, string>;
  /** Without a token. */
  api: Api;
  /** Where a platform in a process of its own writes its output. */
  logFile: string;
  stop(): Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  /** Runs the services in one child process, whose output goes to `logFile`. */
  ownProcess?: boolean;
};

/** Everything that would make a test wait is made quick; limits that would stop a test are lifted. */
const QUICK = {
  MALIPO_PARTITIONS: '6',
  MALIPO_PULL_EVERY_MS: '500',
  MALIPO_STK_QUERY_AFTER_MS: '60000',
  MALIPO_RATE_LIMIT: '1000000',
  MALIPO_ANONYMOUS_RATE_LIMIT: '1000000',
  MALIPO_AUTH_RATE_LIMIT: '1000000',
  MALIPO_LOG_LEVEL: 'silent',
};

/** The whole platform in a slice of its own of the run's stack, with a provider sandbox; `stop` leaves nothing behind. */
export async function startPlatform({ env: more = {}, ownProcess = false }: Options = {}): Promise<TestPlatform> {
  const slice = createSlice();
  const home = await mkdtemp(path.join(tmpdir(), 'malipo-e2e-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true }), () => slice.drop()];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const sandbox = await createSandbox({ timings: { callbackDelayMs: 5 }, seed: 1 });
    stops.push(() => sandbox.close());
    const ports = await freePorts(Number(new URL(sandbox.url).port));
    const env = platformEnvironment(slice, ports, freshSecrets(), {
      ...QUICK,
      MALIPO_DB_PREFIX: slice.dbPrefix,
      MALIPO_KAFKA_PREFIX: slice.kafkaPrefix,
      MALIPO_REDIS_PREFIX: slice.redisPrefix,
      MALIPO_SPOOL_DIR: path.join(home, 'spool'),
      ...more,
    });
    const logFile = path.join(home, 'services.log');
    stops.push(ownProcess ? await inOwnProcess(env, ports, logFile) : await startInProcess(env));
    const secret = env['MALIPO_SMS_CALLBACK_SECRET'];
    const url = `http://127.0.0.1:${ports.gateway}`;
    sandbox.sms.configure({ deliveryReportUrl: `${url}/callbacks/sms/${secret}/delivery` });
    return { url, ports, sandbox, env, api: createApi(url), logFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePorts(sandbox: number): Promise<Ports> {
  const names = Object.keys(portsFrom(0)) as (keyof Ports)[];
  const ports = await Promise.all(names.map(async (name) => [name, name === 'sandbox' ? sandbox : await freePort()]));
  return Object.fromEntries(ports) as Ports;
}

const START_MS = 60_000;

async function inOwnProcess(env: Record<string, string>, ports: Ports, logFile: string): Promise<() => Promise<void>> {
  const services = superviseServices([], env, logFile);
  const deadline = Date.now() + START_MS;
  while (!(await isReady(ports.gateway))) {
    if (Date.now() > deadline) {
      await services.stop();
      throw new Error('the services did not become ready');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return () => services.stop();
}

/** The gateway starts last and tells of every service behind it. */
const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/ready`)
    .then(async (answer) => {
      const { checks } = (await answer.json()) as { checks: Record<string, boolean> };
      return Object.values(checks).every(Boolean);
    })
    .catch(() => false);
