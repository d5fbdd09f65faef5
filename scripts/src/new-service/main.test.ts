import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nextSteps } from './main.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Where the services are entered that there are: what names the youngest. */
function entries(): string[] {
  const places = [
    'services/gateway/src/**/*.ts',
    'scripts/src/platform/*.ts',
    'scripts/package.json',
    'docker-compose.yml',
  ];
  const files = globSync(places, { cwd: ROOT }).filter((file) => !file.includes('.test.'));
  return files.filter((file) => /analytics/i.test(readFileSync(path.join(ROOT, file), 'utf8')));
}

test('the next steps name every file in which a service has to be entered', () => {
  const named = nextSteps('expenses').match(/[\w./-]+\.(ts|json|yml)/g) ?? [];
  expect(named.toSorted()).toEqual(entries().toSorted());
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('the setting of a service of two words is one that an environment can hold', () => {
  expect(nextSteps('credit-notes')).toContain('MALIPO_CREDIT_NOTES_URL');
});
