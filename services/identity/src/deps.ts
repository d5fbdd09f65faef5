import type { Base } from '@malipo/service-kit';
import { connectRedis } from '@malipo/service-kit/redis';
import type { z } from 'zod';
import { createTurns } from './commands/in-turn.ts';
import type { config } from './config.ts';
import { createAccessTokens } from './security/access-tokens.ts';
import { createPasswords } from './security/passwords.ts';
import { createLoginAttempts } from './store/login-attempts.ts';
import { createLoginGuesses } from './store/login-guesses.ts';
import { createOrganisationStore } from './store/organisations.ts';
import { createSenderStore } from './store/senders.ts';
import { createSessionStore } from './store/sessions.ts';
import { createUserStore } from './store/users.ts';

type Config = z.output<z.ZodObject<typeof config>>;

export type Deps = ReturnType<typeof createDeps>;

/** Identity checks tokens with the keys it holds; everybody else fetches them from it. */
export function createDeps(base: Base<Config>) {
  const { config, mongo } = base;
  const redis = connectRedis(base);
  const accessTokens = createAccessTokens(config.MALIPO_SIGNING_KEY);
  return {
    ...base,
    verifyToken: accessTokens.verify,
    accessTokens,
    staffInTurn: createTurns(),
    passwords: createPasswords(),
    organisations: createOrganisationStore(mongo.db),
    users: createUserStore(mongo.db),
    sessions: createSessionStore(mongo.db),
    senders: createSenderStore(mongo.db),
    loginAttempts: createLoginAttempts(redis, config.MALIPO_LOGIN_ATTEMPTS),
    loginGuesses: createLoginGuesses(redis, config.MALIPO_LOGIN_GUESSES),
    signIns: base.metrics.counter('malipo_sign_ins_total', 'sign-ins and refreshes', ['outcome']),
  };
}
