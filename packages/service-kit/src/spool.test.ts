import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { newId } from '@malipo/values';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSpool } from './spool.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'spool-'));
});
afterEach(() => rm(directory, { recursive: true }));

const log = pino({ level: 'silent' });
const open = <Item = number>(options: { maxBytes?: number; rotateBytes?: number; onBroken?: () => void } = {}) =>
  createSpool<Item>({ directory, log, ...options });

const collect = () => {
  const items: number[] = [];
  const take = async (more: number[]) => {
    items.push(...more);
    return [];
  };
  return { items, take };
};

test('what was appended is handed over once, in order, also by a later process', async () => {
  const before = await open();
  await Promise.all([1, 2, 3].map((item) => before.append(item)));
  const after = await open(); // the first was killed: its file is still open
  const { items, take } = collect();
  expect(await after.drain(take)).toBe(3);
  expect(items).toEqual([1, 2, 3]);
  expect(await after.drain(take)).toBe(0);
  expect(await readdir(directory)).toEqual([]);
  await before.close().catch(() => undefined); // its file is gone, only the handle remains
});

test('a line cut off by a crash is left out, the whole ones are not', async () => {
  const spool = await open();
  await spool.append(1);
  const [name = ''] = await readdir(directory);
  await appendFile(path.join(directory, name), '{"half":');
  const { items, take } = collect();
  await spool.drain(take);
  expect(items).toEqual([1]);
});

test('two drains at once hand everything over once', async () => {
  const spool = await open();
  await Promise.all([1, 2, 3].map((item) => spool.append(item)));
  const { items, take } = collect();
  await Promise.all([spool.drain(take), spool.drain(take)]);
  expect(items).toEqual([1, 2, 3]);
  expect(spool.size()).toBe(0);
});

test('a failing taker keeps the file for the next try', async () => {
  const spool = await open();
  await spool.append(1);
  await expect(spool.drain(async () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  const { items, take } = collect();
  await spool.drain(take);
  expect(items).toEqual([1]);
});

test('what the taker leaves is kept, and offered to the next process', async () => {
  const spool = await open();
  for (const item of [1, 2, 3]) await spool.append(item);
  expect(await spool.drain(async (items) => items.filter((item) => item !== 2))).toBe(1);
  const { items, take } = collect();
  expect(await spool.drain(take)).toBe(0);
  expect(spool.size()).toBe(0);
  const next = await open();
  expect(next.size()).toBeGreaterThan(0);
  expect(await next.drain(take)).toBe(2);
  expect(items).toEqual([1, 3]);
  expect(await readdir(directory)).toEqual([]);
});

test('what is appended while it drains is counted, and what is drained is not', async () => {
  const spool = await open({ rotateBytes: 20 });
  const { items, take } = collect();
  const numbers = Array.from({ length: 200 }, (_none, index) => index);
  const appended = numbers.reduce<Promise<void>>((before, n) => before.then(() => spool.append(n)), Promise.resolve());
  let isOver = false;
  void appended.then(() => {
    isOver = true;
  });
  while (!isOver) await spool.drain(take);
  await spool.drain(take);
  expect(items.toSorted((a, b) => a - b)).toEqual(numbers);
  expect(spool.size()).toBe(0);
});

test('it refuses beyond its bound', async () => {
  const spool = await open<string>({ maxBytes: 10 });
  await spool.append('0123456789');
  await expect(spool.append('x')).rejects.toMatchObject({ code: 'spool_full' });
  await spool.close();
});

test('a line torn in the middle costs itself only: the good lines and later files are handed over', async () => {
  const spool = await open();
  await spool.append(1);
  const [name = ''] = await readdir(directory);
  await appendFile(path.join(directory, name), '{"half":');
  await spool.append(2); // glued to the torn line
  await spool.append(3);
  await spool.close();
  const later = await open();
  await later.append(4);
  const broken = vi.fn();
  const spoolAgain = await open({ onBroken: broken });
  const { items, take } = collect();
  expect(await spoolAgain.drain(take)).toBe(3);
  expect(items.toSorted()).toEqual([1, 3, 4]);
  expect(broken).toHaveBeenCalledExactlyOnceWith(1);
  const [kept = '', ...others] = await readdir(directory);
  expect(others).toEqual([]);
  expect(kept).toMatch(/\.broken$/);
  expect(await readFile(path.join(directory, kept), 'utf8')).toContain('{"half":2');
  expect(spoolAgain.size()).toBe(0);
  expect(await spoolAgain.drain(take)).toBe(0);
  await later.close().catch(() => undefined);
});

test('what is appended after a write that failed half way goes to a file of its own', async () => {
  const { acknowledged, failures } = await appendWithLittleRoom();
  expect(failures).toContain('spool_failed');
  expect(acknowledged.length).toBeGreaterThan(2);
  const broken = vi.fn();
  const spool = await open<{ n: number }>({ onBroken: broken });
  expect(spool.size()).toBeGreaterThan(0);
  const items: number[] = [];
  await spool.drain(async (more) => {
    items.push(...more.map(({ n }) => n));
    return [];
  });
  expect(items.toSorted()).toEqual(acknowledged);
  expect(broken).not.toHaveBeenCalled();
  expect(spool.size()).toBe(0);
});

test('a write that leaves nothing behind leaves no file either', async () => {
  const { acknowledged, failures } = await appendWithLittleRoom(0);
  expect(acknowledged).toEqual([]);
  expect(new Set(failures)).toEqual(new Set(['spool_failed']));
  expect(await readdir(directory)).toEqual([]);
});

test('the files of another process are its own while it lives, and adopted once it was killed', async () => {
  const other = await spoolOfAnother();
  try {
    const { items, take } = collect();
    const neighbour = await open();
    expect(neighbour.size()).toBe(0);
    expect(await neighbour.drain(take)).toBe(0);
    await kill(other);
    const heir = await open();
    expect(heir.size()).toBeGreaterThan(0);
    await heir.drain(take);
    expect(items).toEqual([1]);
  } finally {
    await kill(other);
  }
});

test.runIf(existsSync('/proc/self/stat'))('files of a process whose number another has now are adopted', async () => {
  await writeFile(path.join(directory, `${newId()}.${process.ppid}-1.open`), '1\n');
  const { items, take } = collect();
  const spool = await open();
  expect(spool.size()).toBe(2);
  await spool.drain(take);
  expect(items).toEqual([1]);
});

test('a file that names only a number is left alone while a process with that number lives', async () => {
  const name = `${newId()}.${process.ppid}.open`;
  await writeFile(path.join(directory, name), '1\n');
  expect((await open()).size()).toBe(0);
  expect(await readdir(directory)).toEqual([name]);
});

test('a file that names only a number is adopted once no process has it', async () => {
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(gone, 'exit');
  await writeFile(path.join(directory, `${newId()}.${gone.pid}.open`), '1\n');
  const { items, take } = collect();
  await (await open()).drain(take);
  expect(items).toEqual([1]);
});

test('what is acknowledged is on disk: each write is flushed, and so is the name of a new file', async () => {
  const spool = await open();
  await spool.append(1);
  expect((await flagsOf('.open')) & constants.O_DSYNC).toBe(constants.O_DSYNC);
  await spool.close();
  expect((await stepsOf(SPOOL_AND_LEAVE)).slice(0, 3)).toEqual(['fsync', 'write', 'access']);
});

test('what is kept for the next process is flushed before it takes its place, and has its place before the rest goes', async () => {
  const steps = await stepsOf(SPOOL_AND_LEAVE);
  expect(steps.slice(3)).toEqual(['rename', 'write', 'fdatasync', 'rename', 'fsync', 'unlink']);
});

test('files stay small, and each is removed once its own items are taken', async () => {
  const spool = await open<string>({ rotateBytes: 20 });
  for (const item of ['0123456789', '1123456789', '2123456789', '3123456789']) await spool.append(item);
  expect((await readdir(directory)).length).toBe(2);
  const handed: string[][] = [];
  let isDown = true;
  const take = async (items: string[]) => {
    if (isDown && handed.length === 1) throw new Error('down');
    handed.push(items);
    return [];
  };
  await expect(spool.drain(take)).rejects.toThrow('down');
  expect((await readdir(directory)).length).toBe(1);
  isDown = false;
  await spool.drain(take);
  expect(handed.toSorted()).toEqual([
    ['0123456789', '1123456789'],
    ['2123456789', '3123456789'],
  ]);
  await spool.close();
});

/**
 * Another process appends with a limit of size per file, the nearest thing to a full disk that needs no rights.
 * @param blocks of 512 or 1024 bytes, as the shell counts them
 */
async function appendWithLittleRoom(blocks = 8) {
  const script = path.join(import.meta.dirname, 'testing', 'append-with-little-room.ts');
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    `ulimit -f ${blocks} && exec "$0" "$@"`,
    process.execPath,
    script,
    directory,
  ]);
  return JSON.parse(stdout) as { acknowledged: number[]; failures: string[] };
}

const SPOOL_ONE = `
  const [, url, directory] = process.argv;
  const { createSpool } = await import(url);
  await (await createSpool({ directory, log: console })).append(1);
  console.log('spooled');
  setInterval(() => undefined, 60_000);
`;

/** Looks at the folder once the item is acknowledged, so that a trace shows when that was. */
const SPOOL_AND_LEAVE = `
  import { access } from 'node:fs/promises';
  const [, url, directory] = process.argv;
  const { createSpool } = await import(url);
  const spool = await createSpool({ directory, log: console });
  await spool.append(1);
  await access(directory);
  await spool.drain(async (items) => items);
`;

/** What a process asks of its files, as Node names it in a trace. */
const STEPS = new Set(['write', 'fdatasync', 'fsync', 'access', 'rename', 'unlink']);

/** What another process asked of its files, in order; the file and its name, which are flushed side by side, by alphabet. */
async function stepsOf(script: string): Promise<string[]> {
  const trace = path.join(directory, 'trace.json');
  const traced = ['--trace-event-categories', 'node.fs.async', '--trace-event-file-pattern', trace];
  await promisify(execFile)(process.execPath, [...traced, ...running(script)]);
  const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as { traceEvents: { ph: string; name: string }[] };
  const steps = traceEvents.filter(({ ph, name }) => ph === 'e' && STEPS.has(name)).map(({ name }) => name);
  return [...steps.slice(0, 2).sort(), ...steps.slice(2)];
}

/** With which flags this process has the test's file open; Linux tells. */
async function flagsOf(suffix: string): Promise<number> {
  for (const fd of await readdir('/proc/self/fd')) {
    const file = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
    if (!file.startsWith(directory) || !file.endsWith(suffix)) continue;
    const [, octal = ''] = /^flags:\s+(\d+)/m.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return Number.parseInt(octal, 8);
  }
  throw new Error(`no file ${suffix} of ${directory} is open`);
}

/** What makes a Node process run such a script over the test's folder. */
const running = (script: string): string[] => [
  '--input-type=module',
  '-e',
  script,
  new URL('spool.ts', import.meta.url).href,
  directory,
];

/** Another process that has spooled one item and lives on. */
async function spoolOfAnother(): Promise<ChildProcess> {
  const child = spawn(process.execPath, running(SPOOL_ONE), { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
