import path from 'node:path';
import process from 'node:process';
import { createSandbox, type Sandbox } from '@malipo/provider-sandbox';
import { startStack } from '@malipo/test-kit/stack';
import { say } from '../terminal.ts';
import { localSecrets, type Ports, platformEnvironment, portsFrom } from './environment.ts';
import { startInProcess } from './in-process.ts';
import { assertPortsFree } from './ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FIRST_PORT = 8080;

export type Local = {
  url: string;
  ports: Ports;
  sandbox: Sandbox;
  env: Record<string, string>;
  instance: string;
  stop(): Promise<void>;
};

export type LocalOptions = {
  instance?: string;
  step: <T>(label: string, work: () => Promise<T>) => Promise<T>;
  env?: Record<string, string>;
  /** Fresh infrastructure that leaves nothing behind. */
  ephemeral?: boolean;
};

/**
 * The whole platform on this machine: infrastructure, provider sandbox, every service in this process. Instances with
 * different names live side by side, each with its own ports, data and secrets.
 */
export async function startLocal({
  instance = process.env.MALIPO_INSTANCE ?? 'default',
  step,
  env: extra = {},
  ephemeral = false,
}: LocalOptions): Promise<Local> {
  const ports = portsFrom(Number(process.env.MALIPO_PORT ?? FIRST_PORT + offsetOf(instance)));
  await assertPortsFree(ports);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const stack = await step('Kafka, MongoDB and Redis', () =>
      startStack({ instance, ephemeral, log: (line) => say(`    ${line}`) }),
    );
    stops.push(() => stack.stop());
    const home = path.join(ROOT, '.malipo', instance);
    const secrets = await localSecrets(home);
    const env = platformEnvironment(stack, ports, secrets, {
      MALIPO_LOG_LEVEL: 'warn', // a person reads this terminal
      MALIPO_SPOOL_DIR: path.join(home, 'spool'),
      // an instance that begins with nothing has no channels to remember
      ...(ephemeral ? {} : { MALIPO_SANDBOX_STATE: path.join(home, 'sandbox.json') }),
      ...extra,
      ...process.env,
      MALIPO_PORT: String(ports.gateway),
    });
    const sandbox = await step('provider sandbox', () =>
      createSandbox({ port: ports.sandbox, stateFile: env['MALIPO_SANDBOX_STATE'] }),
    );
    stops.push(() => sandbox.close());
    const platform = await step('services', () => startInProcess(env));
    stops.push(() => platform.stop());
    const reports = `http://127.0.0.1:${ports.notification}/callbacks/sms/${env['MALIPO_SMS_CALLBACK_SECRET']}/delivery`;
    sandbox.sms.configure({ deliveryReportUrl: reports });
    return { url: `http://127.0.0.1:${ports.gateway}`, ports, sandbox, env, instance, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every instance but the default one moves its ports by a step of its own. */
function offsetOf(instance: string): number {
  if (instance === 'default') return 0;
  const sum = [...instance].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 97, 7);
  return 20 * (sum + 1);
}
