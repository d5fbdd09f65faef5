import { z } from 'zod';
import type { SandboxOptions } from './options.ts';

/** Settings of the sandbox as a process of its own, by environment variable. */
export const sandboxSettings = {
  MALIPO_SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(8089),
  MALIPO_SANDBOX_SEED: z.coerce.number().int().min(0).optional(),
  MALIPO_SANDBOX_CALLBACK_DELAY_MS: z.coerce.number().int().min(0).optional(),
  MALIPO_SANDBOX_STATE: z.string().min(1).optional(),
} as const;

const Environment = z.object(sandboxSettings);

/** The sandbox as a process of its own, from the environment. @throws {z.ZodError} */
export function readConfig(environment: NodeJS.ProcessEnv): SandboxOptions {
  const { MALIPO_SANDBOX_PORT: port, MALIPO_SANDBOX_SEED: seed, ...rest } = Environment.parse(environment);
  const { MALIPO_SANDBOX_CALLBACK_DELAY_MS: callbackDelayMs, MALIPO_SANDBOX_STATE: stateFile } = rest;
  return {
    port,
    ...(seed !== undefined && { seed }),
    ...(callbackDelayMs !== undefined && { timings: { callbackDelayMs } }),
    ...(stateFile !== undefined && { stateFile }),
  };
}

/** The one place where this package reads the environment. */
export const config = (): SandboxOptions => readConfig(process.env);
