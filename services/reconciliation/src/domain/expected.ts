import { InvalidError } from '@malipo/service-kit/errors';
import { addDays } from '@malipo/values';

/**
 * Money that should come. It is *expected* from the moment it is asked for, *due soon* shortly before its time, *late*
 * after it, and *missing* when somebody should ask after it.
 */
export type ExpectedStatus = 'expected' | 'due_soon' | 'late' | 'missing';

/** An organisation's patience. */
export type ReviewSettings = {
  /** Money without a home should be decided on within this time. */
  reviewHours: number;
  /** An invoice is due soon this many days before its due date. */
  dueSoonDays: number;
  /** An invoice is missing this many days after its due date. */
  missingDays: number;
  /** A prompt is late after this time: a payer has about a minute on the phone, and a callback may need some more. */
  requestLateMinutes: number;
  /** A prompt is missing after this time. */
  requestMissingHours: number;
};

export const DEFAULT_SETTINGS: ReviewSettings = {
  reviewHours: 24,
  dueSoonDays: 3,
  missingDays: 14,
  requestLateMinutes: 10,
  requestMissingHours: 24,
};

/** @throws {InvalidError} late_after_missing */
export function checkSettings({ requestLateMinutes, requestMissingHours }: ReviewSettings): void {
  if (requestLateMinutes < requestMissingHours * 60) return;
  const detail = `less than requestMissingHours, which is ${requestMissingHours * 60} minutes`;
  throw new InvalidError(
    'late_after_missing',
    'a prompt is late before it is missing: lower requestLateMinutes, or raise requestMissingHours',
    { fields: [{ pointer: '#/requestLateMinutes', detail }] },
  );
}

/** When prompts were sent that part their states, as of now; where late would come after missing, nothing is late. */
export function promptBounds(now: Date, settings: ReviewSettings): { late: Date; missing: Date } {
  const missing = new Date(now.getTime() - settings.requestMissingHours * 3_600_000);
  const late = new Date(Math.max(now.getTime() - settings.requestLateMinutes * 60_000, missing.getTime()));
  return { late, missing };
}

/** Days (Nairobi) that part the states of an invoice, as of today: each bound belongs to the earlier state. */
export function dayBounds(today: string, settings: ReviewSettings): { soon: string; today: string; missing: string } {
  return { soon: addDays(today, settings.dueSoonDays), today, missing: addDays(today, -settings.missingDays) };
}

/** An unpaid invoice; the whole due date still counts as in time. */
export function invoiceStatus(dueDate: string, today: string, settings: ReviewSettings): ExpectedStatus {
  const { soon, missing } = dayBounds(today, settings);
  if (dueDate < missing) return 'missing';
  if (dueDate < today) return 'late';
  return dueDate <= soon ? 'due_soon' : 'expected';
}

/** A prompt that was neither paid nor refused. */
export function requestStatus(promptedAt: Date, now: Date, settings: ReviewSettings): ExpectedStatus {
  const { late, missing } = promptBounds(now, settings);
  if (promptedAt < missing) return 'missing';
  return promptedAt < late ? 'late' : 'expected';
}
