import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const TERMINAL = path.resolve(import.meta.dirname, 'terminal.ts');

/** A command that prints far more than a pipe holds, and then does the rest of its work. */
const COMMAND = `
  import { complain, say, table } from ${JSON.stringify(TERMINAL)};
  const rows = Array.from({ length: 200 }, (_, at) => [String(at), 'x'.repeat(100)]);
  for (let at = 0; at < 100; at++) {
    say(table(['line', 'text'], rows));
    await new Promise((resolve) => setImmediate(resolve));
  }
  say('more');
  complain('done');
  process.exitCode = 3;
`;

test('a reader that has seen enough does not stop a command, nor does it hear of it', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', COMMAND], { stdio: 'pipe' });
  child.stdout.once('data', () => child.stdout.destroy());
  let warned = '';
  child.stderr.on('data', (chunk) => {
    warned += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, warned }).toEqual({ code: 3, warned: 'error: done\n' });
});

const FULL = '/dev/full';

test.runIf(existsSync(FULL))(
  'an output that cannot be written ends the command with one line',
  { timeout: 30_000 },
  () => {
    const out = openSync(FULL, 'w');
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', COMMAND], {
      stdio: ['ignore', out, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(out);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'error: the output cannot be written (ENOSPC); free some space\n',
    });
  },
);

test('what goes to standard error has colours only where that is a terminal', { timeout: 30_000 }, () => {
  const command = `process.stdout.isTTY = true; delete process.env.NO_COLOR;
    const { complain, colour } = await import(${JSON.stringify(TERMINAL)});
    complain(colour.red('x'));`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', command], { encoding: 'utf8' });
  expect(stderr).toBe('error: \u001b[31mx\u001b[0m\n');
});
