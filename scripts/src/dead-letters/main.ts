import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { type LetterBox, openLetterBox, type ShownLetter, selectForReplay } from '@malipo/service-kit/dead-letters';
import { runningStack } from '@malipo/test-kit/stack';
import { HELP, print, readArguments, runCommand, UsageError } from '../command.ts';
import { serviceNames } from '../platform/services.ts';
import { colour, complain, say } from '../terminal.ts';
import { ofService } from './of-service.ts';
import { letterTable, letterText } from './show.ts';

const USAGE = `usage: ./scripts/dead-letters <command>

  list [--all]        what waits in the dead letters of every service; --all shows what was worked off, too
  show ID             one letter with its reason, headers and value (which may hold personal data)
  replay [ID ...]     send what waits to its original topic again, in order; only its own subscription takes it
    --code CODE       only letters with this code, and what waits behind them
    --rate N          at most so many a second (100)
    --dry-run         say what would be sent, and send nothing
  discard ID ... --why TEXT
                      give letters up that no replay can help: nobody works them off, the reason is kept, and what
                      waits behind them may be replayed

--service NAME lists and replays only this service's: ${serviceNames.join(', ')}.

Environment: MALIPO_INSTANCE, or MALIPO_MONGO_URL and MALIPO_KAFKA_BROKERS; MALIPO_DB_PREFIX, MALIPO_KAFKA_PREFIX.`;

const OPTIONS = {
  all: { type: 'boolean', default: false },
  service: { type: 'string' },
  code: { type: 'string' },
  rate: { type: 'string', default: '100' },
  'dry-run': { type: 'boolean', default: false },
  why: { type: 'string' },
  ...HELP,
} as const;

type Values = { service?: string; code?: string; rate: string; all: boolean; 'dry-run': boolean; why?: string };

/** How long to watch services take what was sent to them. */
const WATCH_MS = 10_000;

/** @returns the exit code */
async function main(): Promise<number> {
  const { values, positionals } = readArguments({ allowPositionals: true, options: OPTIONS });
  const [command = '', ...ids] = positionals;
  if (values.help) return print(USAGE);
  if (!['list', 'show', 'replay', 'discard'].includes(command))
    throw new UsageError(`there is no command '${command}'`);
  if (command === 'list' && ids.length > 0)
    throw new UsageError(`list takes no '${ids.join(' ')}'; show, replay and discard take ids`);
  if (command === 'show' && ids.length !== 1) throw new UsageError('show takes one id');
  if (command === 'discard' && ids.length === 0) throw new UsageError('discard takes the ids of letters');
  if (command === 'discard' && !values.why?.trim()) throw new UsageError('discard takes --why TEXT: it is kept');
  const box = await openLetterBox(await environment());
  try {
    if (command === 'list') return await list(box, values);
    if (command === 'discard') return await discard(box, ids, values);
    return command === 'show' ? await show(box, ids) : await replay(box, ids, values);
  } finally {
    await box.close();
  }
}

async function list(box: LetterBox, { all, service }: Values): Promise<number> {
  const letters = ofService(await box.list(), service).filter((letter) => all || letter.waiting);
  return print(letters.length > 0 ? letterTable(letters, new Date()) : 'no message waits in the dead letters');
}

async function show(box: LetterBox, [id]: string[]): Promise<number> {
  const letter = (await box.list()).find((one) => one.id === id);
  if (letter) return print(letterText(letter, new Date()));
  complain(`there is no letter '${id ?? ''}'; ./scripts/dead-letters list --all shows their ids`);
  return 1;
}

async function replay(box: LetterBox, ids: string[], values: Values): Promise<number> {
  const rate = Number(values.rate);
  if (!(rate > 0)) throw new UsageError(`--rate is a number above 0, not '${values.rate}'`);
  const waiting = await waitingWith(box, ids, values);
  const chosen = selectForReplay(waiting, { ids, code: values.code });
  if (chosen.length === 0) return print('nothing to replay');
  if (values['dry-run']) {
    const lines = chosen.map((letter) => ({ ...letter, waiting: true }));
    return print(`${letterTable(lines, new Date())}\n\n${chosen.length} would be replayed; nothing was sent`);
  }
  await box.replay(chosen, rate);
  const left = await watch(box, chosen);
  say(`${chosen.length} replayed, ${colour.green(`${chosen.length - left} worked off`)}, ${left} still waiting`);
  if (left > 0) say('  parked again, or their service does not run; ./scripts/dead-letters list shows the reasons');
  return left > 0 ? 1 : 0;
}

async function discard(box: LetterBox, ids: string[], values: Values): Promise<number> {
  const waiting = await waitingWith(box, ids, values);
  const chosen = waiting.filter((letter) => ids.includes(letter.id));
  await box.discard(chosen, values.why?.trim() ?? '');
  const left = await watch(box, chosen);
  say(`${chosen.length - left} discarded, ${left} still waiting`);
  if (left > 0) say('  their service does not run; it takes the word once it does');
  const behind = selectForReplay(waiting, { ids }).length - chosen.length;
  if (behind > 0) say(`  ${behind} waited behind: ./scripts/dead-letters replay`);
  return left > 0 ? 1 : 0;
}

/** What waits. @throws {UsageError} where one of the ids does not */
async function waitingWith(box: LetterBox, ids: string[], { service }: Values): Promise<ShownLetter[]> {
  const waiting = ofService(await box.list(), service).filter((letter) => letter.waiting);
  const unknown = ids.filter((id) => !waiting.some((letter) => letter.id === id));
  if (unknown.length > 0)
    throw new UsageError(
      `no letter waits with the id ${unknown.join(', ')}; ./scripts/dead-letters list shows which do`,
    );
  return waiting;
}

async function watch(box: LetterBox, letters: Parameters<LetterBox['stillWaiting']>[0]): Promise<number> {
  const deadline = Date.now() + WATCH_MS;
  for (;;) {
    const left = await box.stillWaiting(letters);
    if (left === 0 || Date.now() > deadline) return left;
    await wait(200);
  }
}

/** Where the running stack is, besides what the caller's environment says. Redis has no part in dead letters. */
async function environment(): Promise<Record<string, string | undefined>> {
  const { MALIPO_MONGO_URL: mongo, MALIPO_KAFKA_BROKERS: kafka } = process.env;
  if (mongo && kafka) return process.env;
  const stack = await runningStack();
  if (!stack)
    throw new Error(
      'the stack is not up; start it with ./scripts/stack up, name it in MALIPO_INSTANCE, or say where it is in MALIPO_MONGO_URL and MALIPO_KAFKA_BROKERS',
    );
  return {
    ...process.env,
    MALIPO_MONGO_URL: stack.mongoUrl,
    MALIPO_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
  };
}

await runCommand(USAGE, main);
