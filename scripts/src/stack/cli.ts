import process from 'node:process';
import {
  describeStack,
  followLogs,
  instanceDir,
  instanceName,
  type PartStatus,
  StackError,
  startStack,
  stopStack,
  usersOf,
} from '@malipo/test-kit/stack';
import { HELP, print, readArguments, runCommand, UsageError } from '../command.ts';
import { colour, say, table } from '../terminal.ts';

const USAGE = `usage: ./scripts/stack <command> [--instance NAME]

  up            start MongoDB, Redis and Kafka; what already runs stays
  down          stop them; the data stays, unless you add --wipe. Not while a process works with them, unless you
                add --force
  status        what runs, where, and what it uses
  logs [PART]   the last lines of mongo, redis, kafka or all; -f follows

Environment: MALIPO_INSTANCE (default), MALIPO_MONGO_PORT, MALIPO_REDIS_PORT, MALIPO_KAFKA_PORT,
MALIPO_MONGO_CACHE_GB (0.5), MALIPO_CACHE, MALIPO_STACK (auto, native or compose); servers of your own in
MALIPO_MONGO_URL, MALIPO_REDIS_URL, MALIPO_KAFKA_BROKERS are used and not started.`;

const OPTIONS = {
  instance: { type: 'string' },
  follow: { type: 'boolean', short: 'f', default: false },
  force: { type: 'boolean', default: false },
  wipe: { type: 'boolean', default: false },
  ...HELP,
} as const;

/** @returns the exit code */
async function main(): Promise<number> {
  const { values, positionals } = readArguments({ allowPositionals: true, options: OPTIONS });
  if (values.help) return print(USAGE);
  const [command = '', ...more] = positionals;
  const [part] = assertFew(command, more);
  const env = values.instance === undefined ? process.env : { ...process.env, MALIPO_INSTANCE: values.instance };
  const instance = instanceName(env);
  switch (command) {
    case 'up':
      return up(env);
    case 'down':
      if (!values.force) assertUnused(instance);
      await stopStack(instance, { wipe: values.wipe, env });
      return print(`${instance} is down; its data ${values.wipe ? 'is gone' : 'stays'}`);
    case 'status':
      return status(env);
    case 'logs':
      return followLogs(instance, part, values.follow);
    default:
      throw new UsageError(command ? `there is no command ${command}` : 'say what to do');
  }
}

/**
 * Only `logs` has something to choose; whoever names an instance without its option must not lose another one's data.
 * @throws {UsageError} naming what is too much
 */
function assertFew(command: string, more: string[]): string[] {
  const extra = more.slice(command === 'logs' ? 1 : 0);
  if (extra.length === 0) return more;
  throw new UsageError(`'${extra.join(' ')}' is too much for ${command}; an instance is named with --instance NAME`);
}

async function up(env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const stack = await startStack({ env, daemon: true, log: (line) => say(colour.dim(`  ${line}`)) });
  say(
    `${colour.green('✓')} ${stack.instance} is up ${colour.dim(`(${((performance.now() - started) / 1000).toFixed(1)} s)`)}`,
  );
  say(`  MALIPO_MONGO_URL=${stack.mongoUrl}`);
  say(`  MALIPO_REDIS_URL=${stack.redisUrl}`);
  say(`  MALIPO_KAFKA_BROKERS=${stack.kafkaBrokers.join(',')}`);
  return 0;
}

/** @throws {StackError} naming who would lose the ground under it */
function assertUnused(instance: string): void {
  const users = usersOf(instanceDir(instance)).map(({ pid, command }) => `pid ${pid} (${command.slice(0, 100)})`);
  if (users.length > 0)
    throw new StackError(`${instance} is in use by ${users.join(' and ')}; end that first, or add --force`);
}

/** @returns 0 when everything is up, 3 when not, as service managers do */
async function status(env: NodeJS.ProcessEnv): Promise<number> {
  const { parts } = await describeStack(env);
  say(table(['part', 'state', 'address', 'pid', 'memory', 'uptime'], parts.map(row)));
  return parts.some(({ state }) => state === 'down') ? 3 : 0;
}

const row = ({ part, state, address, facts }: PartStatus): string[] => [
  part,
  state,
  address,
  facts ? String(facts.pid) : '-',
  facts ? `${Math.round(facts.memoryBytes / 1024 / 1024)} MB` : '-',
  facts ? duration(facts.uptimeSeconds) : '-',
];

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

await runCommand(USAGE, main);
