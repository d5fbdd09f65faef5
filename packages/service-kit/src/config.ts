import { isIP } from 'node:net';
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

const isHttp = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

const isBroker = (text: string): boolean => {
  const [, port] = /^(?:[\w.-]+|\[[\da-f:]+\]):(\d{1,5})$/i.exec(text) ?? [];
  return Number(port) >= 1 && Number(port) <= 65_535;
};

const isNetwork = (text: string): boolean => {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
};

/** Names of networks that fastify knows. */
const isNamed = (text: string): boolean => /^(loopback|linklocal|uniquelocal)$/.test(text);

const EVERY_BROKER = 'every broker is a host with its port, such as kafka-1:9092';
const EVERY_NETWORK = 'every network is an address or a CIDR, such as 10.0.0.0/8';

/** Addresses and networks (CIDR), with commas between them. */
export const networksSetting = list.refine((networks) => networks.every(isNetwork), EVERY_NETWORK);

/** Settings that every service has. Names are environment variables; the defaults are the local stack's. */
export const baseConfig = {
  MALIPO_HOST: z.string().default('127.0.0.1').describe('address to listen on; loopback unless told otherwise'),
  MALIPO_MONGO_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/./, 'must be an address such as mongodb://host:27017/?replicaSet=rs0')
    .default('mongodb://127.0.0.1:27117/?replicaSet=rs0'),
  MALIPO_DB_PREFIX: z.string().default('malipo_').describe('database names are this prefix and the service name'),
  MALIPO_KAFKA_BROKERS: list
    .refine((brokers) => brokers.length > 0 && brokers.every(isBroker), EVERY_BROKER)
    .default(['127.0.0.1:9192']),
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
  MALIPO_LOG_FILE: z.string().default('').describe('where the log is appended to; empty for standard output'),
  MALIPO_TRACE_URL: z
    .string()
    .refine((url) => url === '' || isHttp(url), 'must be an address such as http://127.0.0.1:4318/v1/traces')
    .default('')
    .describe('OTLP/HTTP traces endpoint; empty switches tracing off'),
  MALIPO_TRACE_RATIO: z.coerce.number().min(0).max(1).default(0.01),
  MALIPO_JWKS_URL: z
    .string()
    .refine(isHttp, 'must be an address such as http://127.0.0.1:8081/.well-known/jwks.json')
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
  MALIPO_TRUST_PROXY: list
    .refine((networks) => networks.every((one) => isNamed(one) || isNetwork(one)), EVERY_NETWORK)
    .default([])
    .describe('CIDRs of proxies whose X-Forwarded-For is believed'),
} as const;

export type BaseConfig = z.output<z.ZodObject<typeof baseConfig>>;

/** The service's own port setting, `portSetting(8083)`. */
export const portSetting = (fallback: number) => port.default(fallback);

/** A port that a service opens only where one is set. */
export const optionalPortSetting = port.optional();

/** There is no default for a secret: `scripts/start` makes one and keeps it. @param what it looks like, and how to make one */
export const secretSetting = (pattern: RegExp, what: string) =>
  z.string({ error: `is missing: ${what}` }).regex(pattern, `must be ${what}`);

/** 32 bytes in hexadecimal. */
export const secretKey = secretSetting(
  /^[0-9a-f]{64}$/i,
  '64 hexadecimal characters, for example from: openssl rand -hex 32',
);

/** What is set; an empty text sets nothing, as `${NAME:-}` in a compose file leaves it, but for a prefix that is not wanted. */
const given = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([name, text]) => text !== '' || name.endsWith('_PREFIX')));

/** Reads and checks the environment once. @throws {ConfigError} listing every wrong or missing setting */
export function readConfig<Shape extends z.core.$ZodLooseShape>(
  service: string,
  shape: Shape,
  // biome-ignore lint/style/noProcessEnv: the one place that reads it
  env: Record<string, string | undefined> = process.env,
): z.output<z.ZodObject<Shape>> {
  const result = z.object(shape).safeParse(given(env), {
    error: ({ input, path = [] }) => {
      const about = (shape[String(path[0])] as z.ZodType | undefined)?.description;
      return input === undefined ? `is missing${about ? `: ${about}` : '; set it'}` : undefined;
    },
  });
  if (result.success) return result.data as z.output<z.ZodObject<Shape>>;
  throw new ConfigError(
    service,
    result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  );
}
