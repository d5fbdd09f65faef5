import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { newId } from '@malipo/values';
import { UnavailableError } from './errors.ts';
import { groupCommit } from './group-commit.ts';

export type Spool<Item> = {
  /** Resolves when the item is on disk, flushed. @throws {UnavailableError} spool_full */
  append(item: Item): Promise<void>;
  /**
   * Hands everything spooled to `take`, file by file in order; a file is removed after `take` resolved for all of it.
   * Items may be handed over twice after a crash in between. @returns how many were handed over
   */
  drain(take: (items: Item[]) => Promise<void>): Promise<number>;
  /** Bytes waiting on disk. */
  size(): number;
  close(): Promise<void>;
};

const SUFFIX = '.spool';

/**
 * A local append-only log that takes over when the database cannot: lines of JSON, fsynced in groups. Each process writes
 * files of its own; whatever an earlier process left behind is drained too.
 * @param options.maxBytes beyond this `append` refuses, so that the disk never fills without bound
 */
export async function createSpool<Item>(options: { directory: string; maxBytes?: number }): Promise<Spool<Item>> {
  const { directory, maxBytes = 256 * 1024 * 1024 } = options;
  await mkdir(directory, { recursive: true });
  await adoptLeftovers(directory);
  let size = await sizeOf(directory);
  let current: { handle: FileHandle; file: string } | undefined;
  let draining: Promise<number> | undefined;

  const write = async (items: Item[]) => {
    current ??= await begin(directory);
    const bytes = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    await current.handle.appendFile(bytes);
    await current.handle.datasync();
    size += bytes.length;
    return items.map(() => undefined);
  };
  const commit = groupCommit<Item, void>(write, { inFlight: 1, maxBatch: 2_000, maxQueue: 50_000 });

  const drain = async (take: (items: Item[]) => Promise<void>): Promise<number> => {
    await commit.idle();
    const closing = current;
    current = undefined;
    if (closing) {
      await closing.handle.close();
      await rename(closing.file, finished(closing.file));
    }
    let total = 0;
    for (const file of await waiting(directory)) {
      const items = await readItems<Item>(file);
      await take(items);
      total += items.length;
      const { size: bytes } = await stat(file);
      await rm(file);
      size -= bytes;
    }
    return total;
  };

  return {
    async append(item) {
      if (size >= maxBytes) throw new UnavailableError('spool_full', 'the local spool is full; try again shortly');
      await commit(item);
    },
    drain(take) {
      draining ??= drain(take).finally(() => {
        draining = undefined;
      });
      return draining;
    },
    size: () => size,
    async close() {
      await commit.idle();
      await current?.handle.close();
      if (current) await rename(current.file, finished(current.file));
      current = undefined;
    },
  };
}

async function begin(directory: string): Promise<{ handle: FileHandle; file: string }> {
  const file = path.join(directory, `${newId()}.${process.pid}.open`);
  const handle = await open(file, 'a', 0o600);
  return { handle, file };
}

const finished = (file: string): string => file.replace(/\.\d+\.open$/, SUFFIX);

/** Files that a killed process left open are finished; those of a process that lives are its own business. */
async function adoptLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(/\.(\d+)\.open$/.exec(name)?.[1]);
    if (!pid || (pid !== process.pid && isAlive(pid))) continue;
    const file = path.join(directory, name);
    await rename(file, finished(file));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Finished files; names begin with the time, so order is age. */
async function waiting(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => path.join(directory, name));
}

/** A last line cut off by a crash was never acknowledged and is left out. */
async function readItems<Item>(file: string): Promise<Item[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as Item);
}

async function sizeOf(directory: string): Promise<number> {
  const sizes = await Promise.all((await waiting(directory)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
