import { mkdir } from 'node:fs/promises';
import { UnavailableError } from './errors.ts';
import { groupCommit } from './group-commit.ts';
import { inLanes } from './lanes.ts';
import type { Logger } from './logger.ts';
import {
  adoptLeftovers,
  keepUnclaimed,
  openFiles,
  readItems,
  removeFile,
  setAside,
  sizeOf,
  waiting,
} from './spool-files.ts';

type Take<Item> = (items: Item[], bytes: number) => Promise<readonly Item[]>;

export type Spool<Item> = {
  /** Resolves when the item is on disk, flushed. @throws {UnavailableError} spool_full, queue_full, spool_failed */
  append(item: Item): Promise<void>;
  /**
   * Hands everything spooled before to `take`, the oldest files first and two side by side; a file is removed after `take`
   * resolved for all of it. Items may be handed over twice after a crash in between. A file with a line that cannot be read
   * is kept as `*.broken` for a person, after its other lines were handed over.
   * @param take gets the items of a file and its size in bytes; it answers what it cannot use now, and somebody else may: that is kept as `*.unclaimed` for the next process
   * @param signal ends it after the files at hand
   * @returns how many were taken
   */
  drain(take: Take<Item>, signal?: AbortSignal): Promise<number>;
  /** Bytes waiting on disk. */
  size(): number;
  close(): Promise<void>;
};

const MIB = 1024 * 1024;

export type SpoolOptions<Item = unknown> = {
  directory: string;
  /** Reads what a line held; undefined where it is no item, as another version may have written it. By default it is one. */
  read?: (value: unknown) => Item | undefined;
  log: Logger;
  /** Beyond this `append` refuses, so that the disk never fills without bound. */
  maxBytes?: number;
  /** A file of this size is finished and the next one begun: `drain` holds two files in memory. */
  rotateBytes?: number;
  /** Told how many lines of a file could not be read. */
  onBroken?: (lines: number) => void;
};

/**
 * A local append-only log that takes over when the database cannot: lines of JSON, fsynced in groups. Each process writes
 * files of its own; whatever an earlier process left behind is drained too.
 */
export async function createSpool<Item>(options: SpoolOptions<Item>): Promise<Spool<Item>> {
  const { directory, log, maxBytes = 256 * MIB, rotateBytes = MIB } = options;
  await mkdir(directory, { recursive: true });
  await adoptLeftovers(directory);
  let size = await sizeOf(directory);
  let draining: Promise<number> | undefined;
  const files = openFiles(directory, rotateBytes);
  const write = async (items: Item[]) => {
    try {
      const bytes = await files.append(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      size += bytes; // not in one expression: what is drained meanwhile would be forgotten
    } catch (error) {
      size = await sizeOf(directory).catch(() => size);
      log.error({ err: error, items: items.length }, 'the local spool could not be written');
      throw new UnavailableError('spool_failed', 'the local spool cannot be written; try again shortly', {
        cause: error,
      });
    }
    return items.map(() => undefined);
  };
  const commit = groupCommit<Item, void>(write, { inFlight: 1, maxQueue: 50_000 });
  return {
    append(item) {
      if (size < maxBytes) return commit(item);
      return Promise.reject(new UnavailableError('spool_full', 'the local spool is full; try again shortly'));
    },
    drain(take, signal) {
      draining ??= files
        .finish()
        .then(() => drainFiles(options, take, (bytes) => (size -= bytes), signal))
        .finally(() => {
          draining = undefined;
        });
      return draining;
    },
    size: () => size,
    async close() {
      await commit.idle();
      await files.finish();
    },
  };
}

/** Files that are drained side by side: while the taker waits for the one, the next is read. */
const LANES = 2;

const asItem = <Item>(value: unknown): Item => value as Item;

/** @param freed is told the bytes of each file that no longer waits */
async function drainFiles<Item>(
  { directory, log, onBroken, read = asItem }: SpoolOptions<Item>,
  take: Take<Item>,
  freed: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0;
  await inLanes(LANES, await waiting(directory), async (file) => {
    if (signal?.aborted) return;
    const { items, broken, bytes } = await readItems(file, read);
    const unclaimed = await take(items, bytes);
    total += items.length - unclaimed.length;
    if (broken > 0) {
      await setAside(file);
      log.error({ file, lines: broken }, 'a spool file has lines that cannot be read; it is kept for a person');
      onBroken?.(broken);
    } else if (unclaimed.length > 0) await keepUnclaimed(file, unclaimed);
    else await removeFile(file);
    freed(bytes);
  });
  return total;
}
