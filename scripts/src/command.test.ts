import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Nothing of these is up, and nothing of them may come up. */
const NOWHERE = { MALIPO_INSTANCE: 'nobody-started-this', MALIPO_CACHE: '/dev/null/none' };

function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('MALIPO_'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join('scripts/src', file), ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(clean), ...NOWHERE, ...env, NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

const COMMANDS = [
  ['demo/main.ts', './scripts/demo [--once]'],
  ['start.ts', './scripts/start'],
  ['platform/dev.ts', './scripts/dev SERVICE'],
  ['dead-letters/main.ts', './scripts/dead-letters <command>'],
  ['stack/cli.ts', './scripts/stack <command> [--instance NAME]'],
  ['new-service/main.ts', './scripts/new-service NAME'],
] as const;

describe.each(COMMANDS)('%s', { timeout: 30_000 }, (file, usage) => {
  test('prints its usage when asked', () => {
    expect(run(file, ['--help'])).toEqual({
      status: 0,
      stdout: expect.stringContaining(`usage: ${usage}\n`),
      stderr: '',
    });
  });

  test('an argument that it does not know is named in one line before the usage', () => {
    expect(run(file, ['--onse'])).toEqual({
      status: 2,
      stdout: expect.stringContaining(`usage: ${usage}\n`),
      stderr: "error: Unknown option '--onse'\n",
    });
  });
});

describe('what is too much is refused before anything is done', { timeout: 30_000 }, () => {
  test.each([
    ['stack/cli.ts', ['down', 'mine', '--wipe'], 'mine'],
    ['stack/cli.ts', ['logs', 'redis', 'kafka'], 'kafka'],
    ['dead-letters/main.ts', ['list', 'invoice'], 'invoice'],
    ['dead-letters/main.ts', ['show'], 'show takes one id'],
    ['new-service/main.ts', ['one', 'two'], 'one two'],
  ])('%s %j', (file, args, named) => {
    expect(run(file, args)).toMatchObject({ status: 2, stderr: expect.stringMatching(`^error: .*${named}.*\n$`) });
  });
});

describe('./scripts/start', { timeout: 30_000 }, () => {
  test('takes no arguments', () => {
    expect(run('start.ts', ['now'])).toMatchObject({ status: 2, stderr: "error: Unexpected argument 'now'\n" });
  });

  test('refuses a MALIPO_PORT that is none', () => {
    const refused = run('start.ts', [], { MALIPO_PORT: 'abc' });
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/^error: MALIPO_PORT: 'abc' .*\n$/) });
  });
});

describe('./scripts/dev', { timeout: 30_000 }, () => {
  test('without a stack ends with 1 and says how to start one', () => {
    expect(run('platform/dev.ts', ['invoice'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "error: the stack of 'nobody-started-this' is not up; start it with ./scripts/stack up --instance nobody-started-this\n",
    });
  });

  test('names the services when there is none of that name', () => {
    expect(run('platform/dev.ts', ['invioce'])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('reconciliation'),
      stderr: "error: there is no service 'invioce'\n",
    });
  });
});
