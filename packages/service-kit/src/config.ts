import process from 'node:process';
import { z } from 'zod';

/** Every faulty setting at once, each with its name, so that nobody fixes them one restart at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(service: string, problems: string[]) {
    super(
      `${service} cannot start, ${problems.length} setting(s) are wrong:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    );
  }
}

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

/** Settings that every service has. Names are environment variables; the defaults are the local stack's. */
export const baseConfig = {
  MALIPO_HOST: z.string().default('127.0.0.1').describe('address to listen on; loopback unless told otherwise'),
  MALIPO_MONGO_URL: z.string().default('mongodb://127.0.0.1:27117/?replicaSet=rs0'),
  MALIPO_DB_PREFIX: z.string().default('malipo_').describe('database names are this prefix and the service name'),
  MALIPO_KAFKA_BROKERS: list.default(['127.0.0.1:9192']),
  MALIPO_KAFKA_PREFIX: z.string().default('').describe('put before every topic and group name; tests isolate by it'),
  MALIPO_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .default(6)
    .describe('partitions of every topic; must be the same for all services'),
  MALIPO_REPLICATION: z.coerce.number().int().min(1).default(1),
  MALIPO_MAX_BATCH: z.coerce
    .number()
    .int()
    .min(1)
    .default(500)
    .describe('most items that share one write; 1 turns batching off, slices of events too, for comparison'),
  MALIPO_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  MALIPO_TRACE_URL: z.string().default('').describe('OTLP/HTTP traces endpoint; empty switches tracing off'),
  MALIPO_TRACE_RATIO: z.coerce.number().min(0).max(1).default(0.01),
  MALIPO_JWKS_URL: z
    .string()
    .default('http://127.0.0.1:8081/.well-known/jwks.json')
    .describe('where identity publishes its public keys'),
  MALIPO_STOP_DEADLINE_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(10_000)
    .describe('a process that could not finish what it had begun by then ends with code 1'),
  MALIPO_NICE: z.coerce
    .number()
    .int()
    .min(0)
    .max(19)
    .default(0)
    .describe('how far the process stands back for others on its machine; for what may be late, such as receipts'),
  MALIPO_TRUST_PROXY: list.default([]).describe('CIDRs of proxies whose X-Forwarded-For is believed'),
} as const;

export type BaseConfig = z.output<z.ZodObject<typeof baseConfig>>;

/** The service's own port setting, `portSetting(8083)`. */
export const portSetting = (fallback: number) => port.default(fallback);

/** 32 bytes in hexadecimal. There is no default for a secret: `scripts/start` makes one and keeps it. */
export const secretKey = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal characters, for example from: openssl rand -hex 32');

/** Reads and checks the environment once. @throws {ConfigError} listing every wrong or missing setting */
export function readConfig<Shape extends z.core.$ZodLooseShape>(
  service: string,
  shape: Shape,
  // biome-ignore lint/style/noProcessEnv: the one place that reads it
  env: Record<string, string | undefined> = process.env,
): z.output<z.ZodObject<Shape>> {
  const result = z.object(shape).safeParse(env);
  if (result.success) return result.data as z.output<z.ZodObject<Shape>>;
  throw new ConfigError(
    service,
    result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  );
}
