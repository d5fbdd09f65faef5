import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nextSteps } from './main.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

test('the next steps name every file in which a service has to be entered', () => {
  const named = nextSteps('expenses').match(/[\w./-]+\.(ts|json|yml)/g) ?? [];
  for (const file of [
    'scripts/package.json',
    'scripts/src/platform/services.ts',
    'scripts/src/platform/environment.ts',
    'services/gateway/src/routes.ts',
    'docker-compose.yml',
  ])
    expect(named).toContain(file);
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});
