import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { newId } from '@malipo/values';
import { UnavailableError } from './errors.ts';
import { groupCommit } from './group-commit.ts';
import type { Logger } from './logger.ts';

export type Spool<Item> = {
  /** Resolves when the item is on disk, flushed. @throws {UnavailableError} spool_full, queue_full, spool_failed */
  append(item: Item): Promise<void>;
  /**
   * Hands everything spooled to `take`, file by file in order; a file is removed after `take` resolved for all of it.
   * Items may be handed over twice after a crash in between. A file with a line that cannot be read is kept as `*.broken`
   * for a person, after its other lines were handed over. @returns how many were handed over
   */
  drain(take: (items: Item[]) => Promise<void>): Promise<number>;
  /** Bytes waiting on disk. */
  size(): number;
  close(): Promise<void>;
};

const SUFFIX = '.spool';
const BROKEN = '.broken';
const MIB = 1024 * 1024;

export type SpoolOptions = {
  directory: string;
  log: Logger;
  /** Beyond this `append` refuses, so that the disk never fills without bound. */
  maxBytes?: number;
  /** A file of this size is finished and the next one begun: `drain` holds one file in memory. */
  rotateBytes?: number;
  /** Told how many lines of a file could not be read. */
  onBroken?: (lines: number) => void;
};

/**
 * A local append-only log that takes over when the database cannot: lines of JSON, fsynced in groups. Each process writes
 * files of its own; whatever an earlier process left behind is drained too.
 */
export async function createSpool<Item>(options: SpoolOptions): Promise<Spool<Item>> {
  const { directory, log, maxBytes = 256 * MIB, rotateBytes = 4 * MIB, onBroken } = options;
  await mkdir(directory, { recursive: true });
  await adoptLeftovers(directory);
  let size = await sizeOf(directory);
  let current: OpenFile | undefined;
  let draining: Promise<number> | undefined;

  const finish = async () => {
    const closing = current;
    current = undefined;
    if (closing) await close(closing);
  };

  const write = async (items: Item[]) => {
    try {
      if (current && current.bytes >= rotateBytes) await finish();
      current ??= await begin(directory);
      const bytes = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      await current.handle.appendFile(bytes);
      await current.handle.datasync();
      current.bytes += bytes.length;
      size += bytes.length;
    } catch (error) {
      // half a line may stand there: it must be the last of its file, or it would spoil the next item
      await finish().catch((cause: unknown) => log.error({ err: cause }, 'a spool file could not be finished'));
      size = await sizeOf(directory).catch(() => size);
      log.error({ err: error, items: items.length }, 'the local spool could not be written');
      throw new UnavailableError('spool_failed', 'the local spool cannot be written; try again shortly', {
        cause: error,
      });
    }
    return items.map(() => undefined);
  };
  const commit = groupCommit<Item, void>(write, { inFlight: 1, maxBatch: 200, maxQueue: 50_000 });

  const drain = async (take: (items: Item[]) => Promise<void>): Promise<number> => {
    await commit.idle();
    await finish();
    let total = 0;
    for (const file of await waiting(directory)) {
      const { items, broken } = await readItems<Item>(file);
      await take(items);
      total += items.length;
      const { size: bytes } = await stat(file);
      if (broken > 0) {
        await rename(file, `${file}${BROKEN}`);
        log.error({ file, lines: broken }, 'a spool file has lines that cannot be read; it is kept for a person');
        onBroken?.(broken);
      } else await rm(file);
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
      await finish();
    },
  };
}

type OpenFile = { handle: FileHandle; file: string; bytes: number };

async function begin(directory: string): Promise<OpenFile> {
  const file = path.join(directory, `${newId()}.${process.pid}.open`);
  const handle = await open(file, 'a', 0o600);
  return { handle, file, bytes: 0 };
}

/** Its name changes even where it cannot be closed: what it holds must be found. */
async function close({ handle, file }: OpenFile): Promise<void> {
  try {
    await handle.close();
  } finally {
    await rename(file, finished(file));
  }
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

/** A last line cut off was never acknowledged and is left out; any other that cannot be read is counted. */
async function readItems<Item>(file: string): Promise<{ items: Item[]; broken: number }> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  lines.pop();
  const items: Item[] = [];
  for (const line of lines) {
    try {
      items.push(JSON.parse(line) as Item);
    } catch {
      // counted below
    }
  }
  return { items, broken: lines.length - items.length };
}

async function sizeOf(directory: string): Promise<number> {
  const sizes = await Promise.all((await waiting(directory)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
