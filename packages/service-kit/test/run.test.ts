import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createSlice, tcpProxy } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';

let slice: ReturnType<typeof createSlice>;
beforeEach(() => {
  slice = createSlice();
});
afterEach(() => slice.drop());

/** Runs a script. @returns the process, what it printed so far, and how it ended */
function startScript(name: string, env: Record<string, string> = {}) {
  const script = path.join(import.meta.dirname, name);
  const child = spawn(process.execPath, [script], { env: slice.env(env), stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  return { child, printed: () => printed, ended: once(child, 'exit') };
}

const startSlowly = (env: Record<string, string> = {}) => startScript('slow-start.ts', env);

test('a service that is told to stop while it starts is halted, then the process ends well', async () => {
  const { child, printed, ended } = startSlowly();
  await expect.poll(printed).toContain('starting');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(printed()).toContain('stopped');
});

test('so is one that still waits for its database', async () => {
  const { child, printed, ended } = startSlowly({
    MALIPO_MONGO_URL: 'mongodb://127.0.0.1:1/?directConnection=true',
    MALIPO_LOG_LEVEL: 'warn',
  });
  await expect.poll(printed).toContain('waiting for MongoDB');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('a database that goes and comes back is told of once each, and by nothing else', async () => {
  const proxy = await tcpProxy(Number(new URL(slice.mongoUrl).port));
  const mongoUrl = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  const settings = { MALIPO_MONGO_URL: mongoUrl, MALIPO_LOG_LEVEL: 'warn' };
  const { child, printed, ended } = startScript('started.ts', settings);
  await expect.poll(printed).toContain('started');
  proxy.cut();
  await expect.poll(printed).toContain('MongoDB is out of reach');
  await expect
    .poll(
      () =>
        printed()
          .split('\n')
          .filter((line) => line.includes('ran without')).length,
    )
    .toBeGreaterThan(2);
  proxy.restore();
  await expect.poll(printed).toContain('MongoDB takes writes again');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  const lines = printed()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', msg: 'MongoDB is out of reach, or has no primary; waiting' },
    { level: 'warn', msg: 'MongoDB takes writes again', seconds: expect.any(Number) },
  ]);
  await proxy.close();
});

test('a service that is told a file for its log writes it there, behind what is in it, and nothing beside it', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'malipo-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'services.log');
  await writeFile(file, '{"msg":"of before"}\n');
  const { child, printed, ended } = startScript('started.ts', { MALIPO_LOG_FILE: file, MALIPO_LOG_LEVEL: 'info' });
  await expect.poll(printed).toContain('started');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const told = lines.map((line) => JSON.parse(line).msg);
  expect([told[0], told.includes('ready')]).toEqual(['of before', true]);
  expect(printed()).not.toContain('{');
});

test('the time for it is limited by the setting', async () => {
  const { child, printed, ended } = startSlowly({ MALIPO_STOP_DEADLINE_MS: '1' });
  await expect.poll(printed).toContain('starting');
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
});

test('a process that may be late stands back for others', async () => {
  const { child, printed, ended } = startScript('started.ts', { MALIPO_NICE: '7', MALIPO_LOG_LEVEL: 'silent' });
  await expect.poll(printed).toContain('started');
  expect(os.getPriority(child.pid)).toBe(7);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
