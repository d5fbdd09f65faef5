import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './structure.ts';
import { findForbidden } from './words.ts';

/** Text that we wrote: the lock file is pnpm's, the rest of these are no text. */
const OURS =
  /\.(ts|tsx|js|json|jsonc|md|ya?ml|sh|toml|html|css|csv|properties)$|^scripts\/[\w-]+$|Dockerfile|^\.[\w-]+$|^\.ci\//;
const NOT_OURS = /^pnpm-lock\.yaml$/;

test('no tracked text names a machine, a registry or the tools of its author', () => {
  const files = repositoryFiles().filter((file) => OURS.test(file) && !NOT_OURS.test(file));
  expect(files.length).toBeGreaterThan(400);
  const found = files.flatMap((file) =>
    findForbidden(readRepositoryFile(file)).map(({ line, text, why }) => `${file}:${line} has ${why}: ${text}`),
  );
  expect(found).toEqual([]);
});

test.each([
  [['', 'home', 'wanjiru', 'malipo'].join('/'), "a path of somebody's machine"],
  [`see ${['', 'work', 'main'].join('/')}`, "a path of somebody's machine"],
  [`https://registry.${'npmjs'}.org/zod`, 'the host of a registry'],
  [`https://${'pypi'}.org/simple`, 'the host of a registry'],
  [`written by ${'Cla'}${'ude'}`, 'the name of a tool of the author'],
])('%s is found', (text, why) => {
  expect(findForbidden(`one line\n${text}`)).toMatchObject([{ line: 2, why }]);
});

test.each(['/api/v1/payments', './scripts/demo', 'GET /callbacks/x', '/var/lib/kafka/data', 'services/payment/src'])(
  '%s goes through',
  (text) => {
    expect(findForbidden(text)).toEqual([]);
  },
);
