import { spawn } from 'node:child_process';
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
