import { describe, expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './structure.ts';

const records = repositoryFiles().filter((file) => file.startsWith('docs/adr/'));
const overview = readRepositoryFile('docs/architecture.md');

const DAY = String.raw`\d{1,2} [A-Z][a-z]+ 20\d\d`;
/** `Accepted 21 November 2026, last revised 23 November 2026.`; what no longer holds names what took its place. */
const STATUS = new RegExp(
  String.raw`^Accepted ${DAY}(, last revised ${DAY})?(, superseded by \[ADR \d+\]\(\d{4}-[a-z0-9-]+\.md\) ${DAY})?\.$`,
);

test('decisions are numbered one after the other', () => {
  const numbers = records.map((file) => Number(/\/(\d{4})-/.exec(file)?.[1]));
  expect(numbers).toEqual(numbers.map((_number, at) => at + 1));
});

describe.each(records)('%s', (file) => {
  const [title = '', , status = '', ...text] = readRepositoryFile(file).split('\n');

  test('has its number in its title, a day, and what was decided', () => {
    expect(title).toMatch(new RegExp(`^# ${Number(/\/(\d{4})-/.exec(file)?.[1])}\\. \\S`));
    expect(status).toMatch(STATUS);
    expect(text.join('\n')).toMatch(/^(\*\*Decision\.\*\*|## Decision$)/m);
  });

  test('is found from the architecture', () => {
    expect(overview).toContain(`](${file.replace('docs/', '')})`);
  });
});
