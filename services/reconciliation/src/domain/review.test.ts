import { describe, expect, it } from 'vitest';
import { assign, dueAt, hold, isHeld, MAX_NOTES, NO_REVIEW, note, release } from './review.ts';

const at = new Date('2026-03-10T12:00:00Z');
const act = { who: 'ann', at };
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000);

describe('a hold', () => {
  it('ends by itself, or when it is released', () => {
    const held = hold(NO_REVIEW, later(2), 'asked the payer', act);
    expect([isHeld(held, later(1)), isHeld(held, later(2))]).toEqual([true, false]);
    expect(isHeld(release(held, act), later(1))).toBe(false);
    expect(release(held, { ...act, at: later(3) })).toBe(held);
  });

  it('must lie ahead, within a year', () => {
    expect(() => hold(NO_REVIEW, at, 'x', act)).toThrow('in the future');
    expect(() => hold(NO_REVIEW, later(24 * 367), 'x', act)).toThrow('366 days');
  });

  it('moves the time by which it is due, never forward', () => {
    expect(dueAt(at, NO_REVIEW, 24)).toEqual(later(24));
    expect(dueAt(at, hold(NO_REVIEW, later(48), 'x', act), 24)).toEqual(later(48));
    expect(dueAt(at, hold(NO_REVIEW, later(2), 'x', act), 24)).toEqual(later(24));
  });
});

it('the same arrangement again changes nothing', () => {
  const held = hold(NO_REVIEW, later(2), 'x', act);
  expect(hold(held, later(2), 'x', act)).toBe(held);
  const mine = assign(held, 'ann', act);
  expect(assign(mine, 'ann', act)).toBe(mine);
  const noted = note(mine, 'n1', 'text', act);
  expect(note(noted, 'n1', 'text', act)).toBe(noted);
  expect([held.version, mine.version, noted.version]).toEqual([1, 2, 3]);
  expect(noted.log.map((line) => line.what)).toEqual(['held', 'assigned', 'noted']);
});

it('keeps so many notes and no more', () => {
  let review = NO_REVIEW;
  for (let n = 0; n < MAX_NOTES; n++) review = note(review, String(n), 'x', act);
  expect(() => note(review, 'one more', 'x', act)).toThrow(String(MAX_NOTES));
});
