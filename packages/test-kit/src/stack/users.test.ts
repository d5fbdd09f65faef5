import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noteUser, usersOf } from './users.ts';

function ownDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'users-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('who works with an instance is known until it leaves', () => {
  const dir = ownDir();
  expect(usersOf(dir)).toEqual([]);
  const leave = noteUser(dir);
  expect(usersOf(dir)).toEqual([{ pid: process.pid, command: expect.stringContaining('node') }]);
  leave();
  expect(usersOf(dir)).toEqual([]);
});

test('a note that a dead process left goes with the next one', () => {
  const dir = ownDir();
  mkdirSync(path.join(dir, 'users'));
  writeFileSync(path.join(dir, 'users', '999999999'), '4711');
  noteUser(dir);
  expect(readdirSync(path.join(dir, 'users'))).toEqual([String(process.pid)]);
});

test('a note of a dead process, or of one whose number somebody else has now, names nobody', () => {
  const dir = ownDir();
  mkdirSync(path.join(dir, 'users'));
  writeFileSync(path.join(dir, 'users', '999999999'), '4711');
  writeFileSync(path.join(dir, 'users', String(process.pid)), '4711');
  expect(usersOf(dir)).toEqual([]);
});
