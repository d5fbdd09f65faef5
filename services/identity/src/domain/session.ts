/** A family of refresh tokens: each use replaces the token, and using an old one ends the family. */
export type Session = {
  /** Hash of the family's selector. */
  id: string;
  organisationId: string;
  userId: string;
  /** Hash of the only token that is good now. */
  tokenHash: string;
  /** The token before it, with its successor sealed so that only that token opens it. */
  previous: { hash: string; successor: string; usedAt: Date } | null;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
};

/** A lost answer may be asked for again for this long. @see RFC 9700 §4.14.2 and FAPI 2.0 §5.3.2.1 */
export const GRACE_MS = 10_000;

/** What presenting a refresh token means: `rotate` it, `repeat` the lost answer, or refuse it. */
export type Verdict = 'rotate' | 'repeat' | 'reused' | 'ended';

/** @param tokenHash hash of the presented token, which has the family's selector */
export function judge(session: Session, tokenHash: string, at: Date): Verdict {
  if (session.endedAt !== null || session.expiresAt <= at) return 'ended';
  if (session.tokenHash === tokenHash) return 'rotate';
  const { previous } = session;
  const fresh = previous !== null && at.getTime() - previous.usedAt.getTime() <= GRACE_MS;
  return fresh && previous.hash === tokenHash ? 'repeat' : 'reused';
}
