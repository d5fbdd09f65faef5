import { describe, expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './structure.ts';

/** What only a consumer meets, what the schema refuses first, and what stands for one of many in the answer itself. */
const NOT_OF_A_ROUTE = new Set(['total_below_applied', 'still_paid', 'amount_not_positive', 'match_changed']);

const REFUSAL = /(?:new (?:Conflict|Invalid)Error|pointed)\(\s*'([a-z_]+)'/g;

const sources = repositoryFiles().filter((file) => /^services\/.*\/src\/.*(?<!\.test)\.ts$/.test(file));
const services = Map.groupBy(sources, (file) => file.split('/')[1] ?? '');

describe.each([...services])('the routes of %s', (_name, files) => {
  test('document each code by which a rule or the state refuses', () => {
    const told = files
      .filter((file) => file.includes('/src/http/'))
      .map(readRepositoryFile)
      .join('\n');
    const documented = new Set([...told.replaceAll(REFUSAL, '').matchAll(/'([a-z_]+)'/g)].map(([, code]) => code));
    const thrown = files.flatMap((file) =>
      [...readRepositoryFile(file).matchAll(REFUSAL)].map(([, code = '']) => code),
    );
    expect(thrown.filter((code) => !documented.has(code) && !NOT_OF_A_ROUTE.has(code))).toEqual([]);
  });
});
