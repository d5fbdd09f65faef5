import { randomBytes } from 'node:crypto';
import { UnavailableError } from '@malipo/service-kit';
import { hash, verify } from '@node-rs/argon2';

/** argon2id, the library's default kind. @see OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** What counts the tries of one password. */
export type Tally = {
  /** Called when the turn has come, before the password is looked at; what it throws keeps it from being looked at. */
  count(): Promise<void>;
  /** Called where the password was right, before the next one has its turn. */
  forget(): Promise<void>;
};

export type Passwords = {
  /** @throws {UnavailableError} sign_in_busy */
  hash(password: string): Promise<string>;
  /** Takes as long for a user who does not exist (null) as for a wrong password. @throws {UnavailableError} sign_in_busy */
  verify(stored: string | null, password: string, tally?: Tally): Promise<boolean>;
};

/**
 * Each hash takes 19 MiB and a core for some 20 ms, so few run at once and the queue is short: a flood of sign-ins must
 * not take the process down.
 */
export function createPasswords({ atOnce = 2, queue = 40 } = {}): Passwords {
  const take = turnstile(atOnce, queue);
  const decoy = encode(randomBytes(16), randomBytes(32));
  return {
    hash: (password) => take(() => hash(canonical(password), ARGON2)),
    verify: (stored, password, tally) =>
      take(async () => {
        await tally?.count();
        const matches = (await verify(stored ?? decoy, canonical(password))) && stored !== null;
        if (matches) await tally?.forget();
        return matches;
      }),
  };
}

/** The same keys pressed on two keyboards give the same password. */
const canonical = (password: string): string => password.normalize('NFKC');

/** A well-formed hash that no password is known for. */
function encode(salt: Buffer, digest: Buffer): string {
  const plain = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const { memoryCost, timeCost, parallelism } = ARGON2;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${plain(salt)}$${plain(digest)}`;
}

function turnstile(atOnce: number, queue: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= queue)
        throw new UnavailableError('sign_in_busy', 'too many people are signing in at once; try again shortly');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next)
        next(); // the place is handed on, so `running` stays
      else running--;
    }
  };
}
