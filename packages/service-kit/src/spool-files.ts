import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { newId } from '@malipo/values';

const SUFFIX = '.spool';
const BROKEN = '.broken';
const UNCLAIMED = '.unclaimed';

type OpenFile = { handle: FileHandle; file: string; bytes: number };

export type OpenFiles = {
  /** Writes and flushes; a write that failed ends its file. @returns the bytes written */
  append(lines: string): Promise<number>;
  /** Ends the file that is being written: it waits for the drain now. */
  finish(): Promise<void>;
};

/** Writes one file after the other, one step at a time in the order they were asked for. */
export function openFiles(directory: string, rotateBytes: number): OpenFiles {
  let current: OpenFile | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const done = turn.then(step);
    turn = done.catch(() => undefined);
    return done;
  };
  const finish = async () => {
    const closing = current;
    current = undefined;
    if (closing) await close(closing);
  };
  const append = async (lines: string) => {
    const bytes = Buffer.from(lines);
    if (current && current.bytes >= rotateBytes) await finish();
    if (current) await current.handle.appendFile(bytes);
    else {
      current = await begin(directory);
      await Promise.all([current.handle.appendFile(bytes), flushNames(directory)]);
    }
    current.bytes += bytes.length;
    return bytes.length;
  };
  return {
    append: (lines) =>
      inTurn(() =>
        append(lines).catch(async (error: unknown) => {
          // half a line may stand there: it must be the last of its file, or it would spoil the next item
          await finish().catch((cause: unknown) => {
            throw new AggregateError([error, cause], 'a spool file could neither be written nor finished');
          });
          throw error;
        }),
      ),
    finish: () => inTurn(finish),
  };
}

/**
 * A write is on disk when it returns. A flush of its own would wait for one more turn of an event loop that answers hundreds
 * of requests in each, while those that wait for it ask for nothing else.
 */
const FLUSHED_APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_DSYNC;

async function begin(directory: string): Promise<OpenFile> {
  const startedAt = await startOf(process.pid);
  const owner = startedAt ? `${process.pid}-${startedAt}` : process.pid;
  const file = path.join(directory, `${newId()}.${owner}.open`);
  const handle = await open(file, FLUSHED_APPEND, 0o600);
  return { handle, file, bytes: 0 };
}

/**
 * Its name changes even where it cannot be closed: what it holds must be found. An empty one goes at once, or a full disk
 * would leave one for each write that fails.
 */
async function close({ handle, file }: OpenFile): Promise<void> {
  try {
    await handle.close();
  } finally {
    const { size } = await stat(file);
    await (size === 0 ? rm(file) : rename(file, finished(file)));
  }
}

/** `<id>.<pid>-<start>.open`; without the start where the system does not tell it, and before it was noted. */
const OPEN = /\.(\d+)(?:-(\d+))?\.open$/;

const finished = (file: string): string => file.replace(OPEN, SUFFIX);

/**
 * Files that a killed process left open are finished; those of a process that lives are its own business. What nobody
 * claimed is offered again.
 */
export async function adoptLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.endsWith(UNCLAIMED)) {
      const file = path.join(directory, name);
      await rename(file, file.slice(0, -UNCLAIMED.length));
      continue;
    }
    const [, digits, startedAt] = OPEN.exec(name) ?? [];
    const pid = Number(digits);
    if (!pid || (pid !== process.pid && (await lives(pid, startedAt)))) continue;
    const file = path.join(directory, name);
    await rename(file, finished(file));
  }
}

/** A number is given to others after its process died, after a reboot before long: the start tells them apart. */
async function lives(pid: number, startedAt: string | undefined): Promise<boolean> {
  const start = startedAt && (await startOf(pid));
  return start ? start === startedAt : isTaken(pid);
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** When a process started, as Linux counts it; undefined elsewhere, and where there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // field 22; the second is the command in parentheses, which may hold anything
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
}

/** Finished files; names begin with the time, so order is age. */
export async function waiting(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => path.join(directory, name));
}

/**
 * A last line cut off was never acknowledged and is left out; any other that cannot be read is counted.
 * @returns the items, how many lines could not be read, and the file's size in bytes
 */
export async function readItems<Item>(
  file: string,
  read: (value: unknown) => Item | undefined,
): Promise<{ items: Item[]; broken: number; bytes: number }> {
  const bytes = await readFile(file);
  const lines = bytes.toString('utf8').split('\n');
  lines.pop();
  const items: Item[] = [];
  for (const line of lines) {
    try {
      const item = read(JSON.parse(line));
      if (item !== undefined) items.push(item);
    } catch {
      // counted below
    }
  }
  return { items, broken: lines.length - items.length, bytes: bytes.length };
}

/** A new file's name is on disk only once its directory is: fsync(2). Some file systems know no such thing, and need none. */
async function flushNames(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL' && error.code !== 'EBADF') throw error;
    });
  } finally {
    await handle.close();
  }
}

/** Leaves nothing in a file but these items, and puts it where `waiting` does not look. */
export async function keepUnclaimed(file: string, items: readonly unknown[]): Promise<void> {
  const rest = `${file}.rest`;
  const handle = await open(rest, 'w', 0o600);
  try {
    await handle.appendFile(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(rest, `${file}${UNCLAIMED}`);
  await flushNames(path.dirname(file));
  await rm(file);
}

export const setAside = (file: string): Promise<void> => rename(file, `${file}${BROKEN}`);
export const removeFile = (file: string): Promise<void> => rm(file);

export async function sizeOf(directory: string): Promise<number> {
  const sizes = await Promise.all((await waiting(directory)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
