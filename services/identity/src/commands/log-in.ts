import { AppError, UnauthenticatedError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Tally } from '../security/passwords.ts';
import type { Attempt, Limit } from '../store/login-attempts.ts';
import { openSession, organisationOf, type SignedIn } from './open-session.ts';

/** Too many wrong passwords for one address, from one sender or from all that never signed in to it. */
export class TooManyAttemptsError extends AppError {
  override readonly name = 'TooManyAttemptsError';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(
      'rate_limited',
      'too_many_attempts',
      'too many failed sign-ins; wait some minutes before the next one, or sign in from where you did before',
    );
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
  return openSession(deps, user, await organisationOf(deps, user.organisationId), ip);
}

/**
 * Counts a try when its turn comes, so that right passwords that wait for one another are not taken for failures. Whoever
 * is beyond a limit takes no turn; without Redis nothing is counted, and no turn waits for it.
 */
async function tallyOf(deps: Deps, email: string, ip: string): Promise<Tally | undefined> {
  const limits = await limitsOf(deps, email, ip);
  const before = await Promise.all(limits.map((limit) => limit.look()));
  if (before.includes(undefined)) return undefined;
  before.forEach(refuseBeyondLimit);
  return {
    count: async () => {
      for (const limit of limits) refuseBeyondLimit(await limit.count());
    },
    forget: async () => void (await Promise.all(limits.map((limit) => limit.forget()))),
  };
}

/** Guesses from elsewhere must not keep people out where they signed in before. */
async function limitsOf({ loginAttempts, loginGuesses, senders }: Deps, email: string, ip: string): Promise<Limit[]> {
  const isKnown = await senders.isKnown(email, ip);
  return [loginAttempts(email, ip), ...(isKnown ? [] : [loginGuesses(email)])];
}

function refuseBeyondLimit(attempt: Attempt | undefined): void {
  if (attempt?.allowed === false) throw new TooManyAttemptsError(attempt.retryAfterSeconds);
}
