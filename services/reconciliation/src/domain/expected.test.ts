import { expect, it } from 'vitest';
import { checkSettings, DEFAULT_SETTINGS, invoiceStatus, promptBounds, requestStatus } from './expected.ts';

it.each([
  ['2026-03-20', 'expected'],
  ['2026-03-13', 'due_soon'],
  ['2026-03-10', 'due_soon'],
  ['2026-03-09', 'late'],
  ['2026-02-24', 'late'],
  ['2026-02-23', 'missing'],
])('an invoice due on %s is %s on 10 March', (dueDate, status) => {
  expect(invoiceStatus(dueDate, '2026-03-10', DEFAULT_SETTINGS)).toBe(status);
});

it.each([
  [0, 'expected'],
  [10, 'expected'],
  [11, 'late'],
  [24 * 60, 'late'],
  [24 * 60 + 1, 'missing'],
])('a prompt is after %i minutes %s', (minutes, status) => {
  const now = new Date('2026-03-10T12:00:00Z');
  expect(requestStatus(new Date(now.getTime() - minutes * 60_000), now, DEFAULT_SETTINGS)).toBe(status);
});

it('settings may call a prompt late only before it is missing', () => {
  const settings = { ...DEFAULT_SETTINGS, requestMissingHours: 1 };
  expect(() => checkSettings({ ...settings, requestLateMinutes: 60 })).toThrow('lower requestLateMinutes');
  expect(() => checkSettings({ ...settings, requestLateMinutes: 59.5 })).not.toThrow();
  expect(() => checkSettings(DEFAULT_SETTINGS)).not.toThrow();
});

it('prompts are in one state each even where settings from before call them late after they are missing', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  const settings = { ...DEFAULT_SETTINGS, requestLateMinutes: 120, requestMissingHours: 1 };
  const { late, missing } = promptBounds(now, settings);
  expect(late).toEqual(missing);
  const statuses = [30, 90, 180].map((minutes) =>
    requestStatus(new Date(now.getTime() - minutes * 60_000), now, settings),
  );
  expect(statuses).toEqual(['expected', 'missing', 'missing']);
});
