import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { converse, createDataset, feed, killAfterEach, payment, speak } from './testing/speak.ts';

killAfterEach();
const good = createDataset();
const pay = { type: 'payment', payment: payment('P1', { reference: 'INV-2026-00123' }) };
const begin = (dir: unknown) => converse([{ type: 'init', dir }, pay].map((message) => JSON.stringify(message)));

/** A copy of the good folder with one file changed, or left out. */
function spoilt(name: string, content?: string): string {
  const dir = join(good, `spoilt-${name}-${content?.length ?? 'gone'}`);
  mkdirSync(dir);
  for (const one of ['customers', 'invoices']) cpSync(join(good, `${one}.json`), join(dir, `${one}.json`));
  if (content === undefined) rmSync(join(dir, `${name}.json`));
  else writeFileSync(join(dir, `${name}.json`), content);
  return dir;
}

const row = (change: object) => JSON.stringify([{ id: 'C1', tenant_id: 'T1', ...change }]);

test.each([
  ['no folder', '/nowhere/x', /there is no folder \/nowhere\/x;/],
  ['a file instead of a folder', join(good, 'customers.json'), /there is no folder .*customers\.json;/],
  ['no name of a folder', undefined, /dir/],
  ['a number for a folder', 5, /dir/],
  ['no customers', spoilt('customers'), /customers\.json is missing;/],
  ['no invoices', spoilt('invoices'), /invoices\.json is missing;/],
  ['half a file', spoilt('invoices', '[{"id": "I1", '), /invoices\.json cannot be read \(SyntaxError.*\);/],
  ['no list', spoilt('customers', '{}'), /customers\.json is not a JSON list;/],
  ['rows that are none', spoilt('invoices', '[null]'), /invoices\.json has no object at entry 1;/],
  ['rows of something else', spoilt('invoices', '[{"a": 1}]'), /invoices\.json has no id at entry 1;/],
  ['a broken file that may be left out', spoilt('history', '[{'), /history\.json cannot be read/],
  ['history of something else', spoilt('history', '[{"a": 1}]'), /data in .*spoilt-history-10 cannot be used \(.*\);/],
  [
    'customers without the rest',
    spoilt('customers', row({ name: null })),
    /spoilt-customers-\d+ cannot be used \(.*\);/,
  ],
])('%s: one line says which file, and it is never ready', (_, dir, line) => {
  const { code, answers, told } = begin(dir);
  expect([code, answers]).toEqual([2, []]);
  expect(told).toEqual([expect.stringMatching(/^line 1: [^\n]*$/)]);
  expect(told[0]).toMatch(line);
});

test('requests and history may be left out, and a file may begin with a byte order mark', () => {
  const { code, answers } = begin(spoilt('stk_requests', '\uFEFF[]'));
  expect([code, answers[1]?.decision]).toEqual([0, 'auto']);
});

test('answers that were given before a second, wrong folder stand', async () => {
  const { code, answers, errors } = await speak(
    [{ type: 'init', dir: good }, pay, { type: 'init', dir: '/nowhere/x' }, pay],
    {
      endInput: false,
    },
  );
  expect(code).toBe(2);
  expect(errors).toMatch(/^error: line 3: there is no folder [^\n]*\n$/);
  expect(answers.map(({ type }) => type)).toEqual(['ready', 'prediction']);
});

test('the launcher finds a relative folder from where the caller stands', async () => {
  const command = [join(import.meta.dirname, '../../recon-engine')];
  const init = `${JSON.stringify({ type: 'init', dir: basename(good) })}\n`;
  const { code, answers, errors } = await feed([init, `${JSON.stringify(pay)}\n`], { command, cwd: dirname(good) });
  expect([code, errors]).toEqual([0, '']);
  expect(answers[1]?.decision).toBe('auto');
});
