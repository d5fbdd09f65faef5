import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventCatalogue } from './events.ts';

test('docs/events.md is what the schemas say', () => {
  expect(readFileSync(path.resolve(import.meta.dirname, '../../../docs/events.md'), 'utf8')).toBe(eventCatalogue());
});
