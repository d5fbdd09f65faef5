import { AppError, UnauthenticatedError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Tally } from '../security/passwords.ts';
import type { Attempt } from '../store/login-attempts.ts';
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
  const tally = await tallyOf(deps, email, ip);
  const found = await deps.users.findByEmail(email);
  const user = found?.status === 'active' ? found : undefined;
  const matches = await deps.passwords.verify(user?.passwordHash ?? null, password, tally);
  if (!user || !matches) {
    deps.signIns.inc({ outcome: 'refused' });
    throw new UnauthenticatedError('credentials_wrong', 'the e-mail address or the password is wrong');
  }
  return openSession(deps, user, await organisationOf(deps, user.organisationId));
}

/**
 * Counts a try when its turn comes, so that right passwords that wait for one another are not taken for failures. Whoever
 * is beyond the limit takes no turn; without Redis nothing is counted, and no turn waits for it.
 */
async function tallyOf({ loginAttempts }: Deps, email: string, ip: string): Promise<Tally | undefined> {
  const before = await loginAttempts.look(email, ip);
  if (!before) return undefined;
  refuseBeyondLimit(before);
  return {
    count: async () => refuseBeyondLimit(await loginAttempts.count(email, ip)),
    forget: () => loginAttempts.forget(email, ip),
  };
}

function refuseBeyondLimit(attempt: Attempt | undefined): void {
  if (attempt?.allowed === false) throw new TooManyAttemptsError(attempt.retryAfterSeconds);
}
