import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bareCommands } from './doc-commands.ts';
import { readRepositoryFile, repositoryFiles } from './structure.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FENCE = '```';
const documents = repositoryFiles().filter((file) => file.endsWith('.md') && !file.startsWith('docs/adr/'));

test.each([
  ['run `node services/invoice/src/main.ts`', 'node services/invoice/src/main.ts'],
  ['`node --watch services/invoice/src/main.ts`', 'node --watch services/invoice/src/main.ts'],
  [`${FENCE}sh\nvitest run --project unit\n${FENCE}`, 'vitest run --project unit'],
  [`${FENCE}sh\nMALIPO_TEST_STACK=dev vitest run\n${FENCE}`, 'vitest run'],
])('%s is found', (text, command) => {
  expect(bareCommands(text).map((one) => one.command)).toEqual([command]);
});

test.each([
  '`node_modules/.bin/node services/invoice/src/main.ts`',
  '`./scripts/dev invoice`',
  'one node that is broker, and `node` in general',
  `${FENCE}sh\nMALIPO_TEST_STACK=dev node_modules/.bin/vitest run\n${FENCE}`,
])('%s goes through', (text) => {
  expect(bareCommands(text)).toEqual([]);
});

describe('every README and document', () => {
  test('names programs by where the repository has them', () => {
    expect(documents.length).toBeGreaterThan(20);
    const bare = documents.flatMap((file) =>
      bareCommands(readRepositoryFile(file)).map(({ line, command }) => `${file}:${line} ${command}`),
    );
    expect(bare).toEqual([]);
  });

  test('names no program, script or source file in a command that is not there', () => {
    const missing = documents.flatMap((file) =>
      [...readRepositoryFile(file).matchAll(/node_modules\/\.bin\/\w+(?: --watch)?(?: ([\w./-]+\.ts))?/g)].flatMap(
        ([command, source]) => {
          const program = /node_modules\/\.bin\/\w+/.exec(command)?.[0] ?? '';
          return [program, ...(source ? [source] : [])]
            .filter((one) => !existsSync(path.join(ROOT, one)))
            .map((one) => `${file}: ${one}`);
        },
      ),
    );
    expect(missing).toEqual([]);
  });
});
