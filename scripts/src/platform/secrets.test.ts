import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localSecrets } from './environment.ts';

test('what begins at once shares one set of secrets, which nobody else can read', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'malipo-secrets-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => localSecrets(home)));
  expect(others).toEqual(Array.from({ length: 4 }, () => first));
  expect(await localSecrets(home)).toEqual(first);
  expect(await readdir(home)).toEqual(['secrets.json']);
  expect((await stat(path.join(home, 'secrets.json'))).mode & 0o777).toBe(0o600);
});
