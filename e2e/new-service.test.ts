import { existsSync } from 'node:fs';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Ended, ROOT, runScript, startProgram } from './src/run-script.ts';

/** No service of ours will ever be called that; checks over `services/` pass over what begins like it. */
const NAME = 'zz-sample';
const HOME = path.join(ROOT, 'services', NAME);
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const remove = () => rm(HOME, { recursive: true, force: true });

describe('./scripts/new-service', () => {
  let written: Ended;
  beforeAll(async () => {
    await remove();
    written = await runScript('new-service', [NAME]);
    // what the installation would do, which needs the network and changes the lock file
    await symlink('../analytics/node_modules', path.join(HOME, 'node_modules'));
  });
  afterAll(remove);

  test('writes a skeleton and says what comes next', async () => {
    expect([written.code, written.stderr]).toEqual([0, '']);
    const files = ['package.json', 'README.md', 'src/main.ts', 'src/service.ts', 'src/http/status.ts'];
    for (const file of [...files, 'test/service.test.ts']) {
      expect(existsSync(path.join(HOME, file)), file).toBe(true);
      expect(written.stdout).toContain(`services/${NAME}/${file}`);
    }
    expect(written.stdout).toContain(`--project integration services/${NAME}`);
  });

  test('costs under 60 lines before the first business line', async () => {
    const files = (await readdir(path.join(HOME, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(path.join(HOME, 'src', file), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
    expect(files.length).toBeGreaterThanOrEqual(4);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThan(60);
  });

  test('passes the linter and the compiler as it is', async () => {
    const lint = await startProgram(path.join(ROOT, 'node_modules/.bin/biome'), ['check', `services/${NAME}`]).ended;
    expect([lint.code, lint.stderr]).toEqual([0, expect.any(String)]);
    const project = path.join(HOME, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ extends: '../../tsconfig.json', include: ['src', 'test'] }));
    const types = await startProgram(path.join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', project]).ended;
    expect(types.stdout.split('\n').filter((line) => line.includes(NAME))).toEqual([]);
  });

  test('passes its own generated tests on the real stack', async () => {
    const { mongoUrl, redisUrl, kafkaBrokers } = inject('stack');
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', `services/${NAME}`];
    const ran = await startProgram(NODE, args, {
      MALIPO_MONGO_URL: mongoUrl,
      MALIPO_REDIS_URL: redisUrl,
      MALIPO_KAFKA_BROKERS: kafkaBrokers.join(','),
    }).ended;
    expect(ran.stdout.trimEnd().split('\n').at(-1), ran.stdout + ran.stderr).toBe('3 passed, 0 failed');
    expect(ran.code).toBe(0);
  });

  test('refuses a name that is taken or no name at all, in one line', async () => {
    const again = await runScript('new-service', [NAME]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`services/${NAME} is there already`)]);
    const bad = await runScript('new-service', ['../Payments']);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("'../Payments' is no service name")]);
    expect(existsSync(path.join(ROOT, 'Payments'))).toBe(false);
  });
});
