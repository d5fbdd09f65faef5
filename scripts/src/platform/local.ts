import { rm } from 'node:fs/promises';
import process from 'node:process';
import { createSandbox, type Sandbox } from '@malipo/provider-sandbox';
import { instanceDir, startStack } from '@malipo/test-kit/stack';
import { say } from '../terminal.ts';
import { filesOf, localSecrets, type Ports, platformEnvironment } from './environment.ts';
import { startInProcess } from './in-process.ts';
import { assertPortsFree } from './ports.ts';
import { localSettings } from './settings.ts';

export type Local = {
  url: string;
  ports: Ports;
  sandbox: Sandbox;
  env: Record<string, string>;
  instance: string;
  stop(): Promise<void>;
};

export type LocalOptions = {
  step: <T>(label: string, work: () => Promise<T>) => Promise<T>;
  env?: Record<string, string>;
  /** Fresh infrastructure that leaves nothing behind. */
  ephemeral?: boolean;
};

/**
 * The whole platform on this machine: infrastructure, provider sandbox, every service in this process. Instances with
 * different names live side by side, each with its own ports, data and secrets.
 */
export async function startLocal({ step, env: extra = {}, ephemeral = false }: LocalOptions): Promise<Local> {
  const { instance, ports } = localSettings(process.env);
  await assertPortsFree(ports);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const stack = await step('Kafka, MongoDB and Redis', () =>
      startStack({ instance, ephemeral, log: (line) => say(`    ${line}`) }),
    );
    // fresh infrastructure has a name, and so a home, of its own
    const home = instanceDir(stack.instance);
    stops.push(async () => {
      await stack.stop();
      if (ephemeral) await rm(home, { recursive: true, force: true });
    });
    const secrets = await localSecrets(home);
    const kept = filesOf(home);
    const env = platformEnvironment(stack, ports, secrets, {
      MALIPO_LOG_LEVEL: 'warn', // a person reads this terminal
      ...kept,
      ...extra,
      ...process.env,
      // what is thrown away must not be mixed with what a person keeps
      ...(ephemeral ? kept : {}),
      MALIPO_PORT: String(ports.gateway),
    });
    const sandbox = await step('provider sandbox', () =>
      createSandbox({ port: ports.sandbox, stateFile: env['MALIPO_SANDBOX_STATE'] }),
    );
    stops.push(() => sandbox.close());
    stops.push(await step('services', () => startInProcess(env)));
    const reports = `http://127.0.0.1:${ports.notification}/callbacks/sms/${env['MALIPO_SMS_CALLBACK_SECRET']}/delivery`;
    sandbox.sms.configure({ deliveryReportUrl: reports });
    return { url: `http://127.0.0.1:${ports.gateway}`, ports, sandbox, env, instance, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
