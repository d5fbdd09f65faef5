import { AppError, UnauthenticatedError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { openSession, organisationOf, type SignedIn } from './open-session.ts';

/** Too many wrong passwords for one address from one sender. */
export class TooManyAttemptsError extends AppError {
  override readonly name = 'TooManyAttemptsError';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('rate_limited', 'too_many_attempts', 'too many failed sign-ins; wait some minutes before the next one');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Signs in by password. An unknown address, a wrong password and an account that is not in use look and cost the same.
 * @throws {UnauthenticatedError} credentials_wrong
 * @throws {TooManyAttemptsError} too_many_attempts
 * @throws {UnavailableError} sign_in_busy
 */
export async function logIn(
  deps: Deps,
  { email, password, ip }: { email: string; password: string; ip: string },
): Promise<SignedIn> {
  const attempt = await deps.loginAttempts.count(email, ip);
  if (!attempt.allowed) throw new TooManyAttemptsError(attempt.retryAfterSeconds);
  const user = await deps.users.findByEmail(email);
  const matches = await deps.passwords.verify(user?.passwordHash ?? null, password);
  if (!user || !matches || user.status !== 'active') {
    deps.signIns.inc({ outcome: 'refused' });
    throw new UnauthenticatedError('credentials_wrong', 'the e-mail address or the password is wrong');
  }
  await deps.loginAttempts.forget(email, ip);
  return openSession(deps, user, await organisationOf(deps, user.organisationId));
}
