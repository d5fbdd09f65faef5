import { portSetting } from '@malipo/service-kit';
import { redisConfig } from '@malipo/service-kit/redis';
import { z } from 'zod';
import { readSigningKeys } from './security/signing-keys.ts';

export const config = {
  ...redisConfig,
  MALIPO_IDENTITY_PORT: portSetting(8081),
  MALIPO_SIGNING_KEY: z
    .string({ error: 'is missing: an Ed25519 private key, for example from: openssl genpkey -algorithm ed25519' })
    .transform((text, context) => {
      try {
        return readSigningKeys(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .describe('Ed25519 private keys (PKCS8 PEM, or base64 of it), comma or newline separated; first signs, all verify'),
  MALIPO_SESSION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('how long refreshing may go on before the password is asked for again'),
  MALIPO_LOGIN_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('failed sign-ins per e-mail address and sender within 15 minutes'),
  MALIPO_LOGIN_GUESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('failed sign-ins per e-mail address a day, from all senders together that never signed in to it'),
} as const;
