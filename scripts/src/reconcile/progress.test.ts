import process from 'node:process';
import { afterEach, expect, test, vi } from 'vitest';
import { showPhase } from './progress.ts';

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.restoreAllMocks();
});

test('a phase is shown on a terminal until it ends, and nowhere else', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  process.stderr.isTTY = false;
  showPhase('writing the workbook')();
  expect(write).not.toHaveBeenCalled();
  process.stderr.isTTY = true;
  const clear = showPhase('writing the workbook');
  expect(write.mock.calls).toEqual([['\r\u001b[Kwriting the workbook …']]);
  clear();
  expect(write).toHaveBeenLastCalledWith('\r\u001b[K');
});
