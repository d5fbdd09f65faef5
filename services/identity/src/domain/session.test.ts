import { describe, expect, test } from 'vitest';
import { GRACE_MS, judge, type Session } from './session.ts';

const usedAt = new Date('2026-01-15T08:00:00Z');
const later = (ms: number) => new Date(usedAt.getTime() + ms);
const session = (over: Partial<Session> = {}): Session => ({
  id: 's',
  organisationId: 'o',
  userId: 'u',
  tokenHash: 'third',
  previous: { hash: 'second', successor: 'sealed', usedAt },
  createdAt: usedAt,
  expiresAt: later(86_400_000),
  endedAt: null,
  ...over,
});

describe('presenting a refresh token', () => {
  test.each([
    ['the current one is rotated', 'third', 0, 'rotate'],
    ['the one before is answered again at once', 'second', 0, 'repeat'],
    ['the one before is answered again until the grace ends', 'second', GRACE_MS, 'repeat'],
    ['the one before is a reuse after that', 'second', GRACE_MS + 1, 'reused'],
    ['an older one is always a reuse', 'first', 0, 'reused'],
    ['at the end of its life nothing is good', 'third', 86_400_000, 'ended'],
  ])('%s', (_what, hash, ms, verdict) => {
    expect(judge(session(), hash, later(ms))).toBe(verdict);
  });

  test('an ended family stays ended, also for its current token', () => {
    expect(judge(session({ endedAt: usedAt }), 'third', usedAt)).toBe('ended');
    expect(judge(session({ endedAt: usedAt }), 'first', usedAt)).toBe('ended');
  });

  test('a fresh family knows no earlier token', () => {
    expect(judge(session({ previous: null }), 'second', usedAt)).toBe('reused');
  });
});
