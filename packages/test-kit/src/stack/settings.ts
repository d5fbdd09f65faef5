import { z } from 'zod';
import { defaultCacheHome } from './paths.ts';

export type Environment = Record<string, string | undefined>;

const port = z.coerce.number().int().min(1024).max(65_535).optional();

const Settings = z.object({
  MALIPO_INSTANCE: z
    .string()
    .regex(/^(?!cache$)[a-z0-9][a-z0-9-]{0,48}$/, 'use small letters, digits and dashes; "cache" is taken')
    .default('default'),
  MALIPO_STACK: z.enum(['auto', 'native', 'compose']).default('auto'),
  MALIPO_CACHE: z.string().min(1).default(defaultCacheHome()),
  MALIPO_MONGO_URL: z.string().min(1).optional(),
  MALIPO_REDIS_URL: z.string().min(1).optional(),
  MALIPO_KAFKA_BROKERS: z.string().min(1).optional(),
  MALIPO_MONGO_PORT: port,
  MALIPO_REDIS_PORT: port,
  MALIPO_KAFKA_PORT: port,
  MALIPO_MONGO_CACHE_GB: z.coerce.number().min(0.25).default(0.5),
});

export type StackSettings = z.output<typeof Settings>;

/** The stack's settings. An empty variable counts as unset. @throws {StackError} naming every wrong variable */
export function readSettings(env: Environment): StackSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = Settings.safeParse(given);
  if (result.success) return result.data;
  throw new StackError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

/** The instance that the environment names; without a name, or with an empty one, `default`. */
export const instanceName = (env: Environment): string => readSettings(env).MALIPO_INSTANCE;

/** Something a person can put right; the message says how, in one line. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
