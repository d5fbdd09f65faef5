import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSpool } from './spool.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'spool-'));
});
afterEach(() => rm(directory, { recursive: true }));

const collect = () => {
  const items: number[] = [];
  return { items, take: async (more: number[]) => void items.push(...more) };
};

test('what was appended is handed over once, in order, also by a later process', async () => {
  const before = await createSpool<number>({ directory });
  await Promise.all([1, 2, 3].map((item) => before.append(item)));
  const after = await createSpool<number>({ directory }); // the first was killed: its file is still open
  const { items, take } = collect();
  expect(await after.drain(take)).toBe(3);
  expect(items).toEqual([1, 2, 3]);
  expect(await after.drain(take)).toBe(0);
  expect(await readdir(directory)).toEqual([]);
  await before.close().catch(() => undefined); // its file is gone, only the handle remains
});

test('a line cut off by a crash is left out, the whole ones are not', async () => {
  const spool = await createSpool<number>({ directory });
  await spool.append(1);
  const [name = ''] = await readdir(directory);
  await appendFile(path.join(directory, name), '{"half":');
  const { items, take } = collect();
  await spool.drain(take);
  expect(items).toEqual([1]);
});

test('a failing taker keeps the file for the next try', async () => {
  const spool = await createSpool<number>({ directory });
  await spool.append(1);
  await expect(spool.drain(async () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  const { items, take } = collect();
  await spool.drain(take);
  expect(items).toEqual([1]);
});

test('it refuses beyond its bound', async () => {
  const spool = await createSpool<string>({ directory, maxBytes: 10 });
  await spool.append('0123456789');
  await expect(spool.append('x')).rejects.toMatchObject({ code: 'spool_full' });
  await spool.close();
});
