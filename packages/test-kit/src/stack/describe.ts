import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { composeCommand, composeRunning } from './compose.ts';
import { PARTS, pidsOf } from './native.ts';
import { instanceDir, logFile, ROOT } from './paths.ts';
import { factsOf, type ProcessFacts } from './processes.ts';
import { type Environment, readSettings, StackError } from './settings.ts';
import { addressesOf } from './stack.ts';
import { readState } from './state.ts';

/** One line of the status table. `facts` only of a native server that runs. */
export type PartStatus = {
  part: string;
  address: string;
  state: 'up' | 'down' | 'outside';
  facts?: ProcessFacts;
};

/** What every part of an instance does. */
export async function describeStack(env: Environment): Promise<{ instance: string; parts: PartStatus[] }> {
  const settings = readSettings(env);
  const instance = settings.MALIPO_INSTANCE;
  const dir = instanceDir(instance);
  const state = readState(dir);
  const containers = state?.mode === 'compose' ? await composeRunning(instance, state.ports) : undefined;
  const addresses = addressesOf(settings, state?.ports, containers !== undefined);
  const pids = pidsOf(dir);
  const outside: Record<string, string | undefined> = {
    mongo: settings.MALIPO_MONGO_URL,
    redis: settings.MALIPO_REDIS_URL,
    kafka: settings.MALIPO_KAFKA_BROKERS,
  };
  const shown = { mongo: addresses.mongoUrl, redis: addresses.redisUrl, kafka: addresses.kafkaBrokers.join(',') };
  const parts = PARTS.map(({ name }): PartStatus => {
    const pid = pids[name];
    const address = state || outside[name] ? shown[name] : '-';
    if (outside[name]) return { part: name, address, state: 'outside' };
    if (pid !== undefined) return { part: name, address, state: 'up', facts: factsOf(pid) };
    return { part: name, address, state: containers?.has(name) ? 'up' : 'down' };
  });
  return { instance, parts };
}

/** Shows the last lines of one part's log, or of all, and goes on when told to follow. Resolves with tail's exit code. */
export async function followLogs(instance: string, part: string | undefined, follow: boolean): Promise<number> {
  const dir = instanceDir(instance);
  const names = PARTS.map(({ name }) => name as string).filter((name) => part === undefined || name === part);
  if (names.length === 0) throw new StackError(`there is no part ${part}; choose mongo, redis or kafka`);
  if (readState(dir)?.mode === 'compose') {
    return show(
      'docker',
      composeCommand(instance, ['logs', '--tail', '40', ...(follow ? ['--follow'] : []), ...names]),
    );
  }
  const files = names.map((name) => logFile(dir, name)).filter((file) => existsSync(file));
  if (files.length === 0) throw new StackError(`${instance} was never started; run scripts/stack up`);
  return show('tail', ['-n', '40', ...(follow ? ['-F'] : []), ...files]);
}

function show(file: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', cwd: ROOT });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 0));
  });
}
