import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where the infrastructure listens; what `startStack` answers. */
export type StackAddresses = { mongoUrl: string; redisUrl: string; kafkaBrokers: readonly string[] };

export type Ports = Record<
  'gateway' | 'identity' | 'invoice' | 'payment' | 'reconciliation' | 'notification' | 'analytics' | 'sandbox',
  number
>;

const ORDER = ['gateway', 'identity', 'invoice', 'payment', 'reconciliation', 'notification', 'analytics'] as const;

/** The gateway's port and the ones that follow it: 8080 to 8086, the sandbox on 8089. */
export const portsFrom = (first: number): Ports =>
  Object.fromEntries([...ORDER.map((name, index) => [name, first + index]), ['sandbox', first + 9]]) as Ports;

/** How a service's own settings begin: `MALIPO_INVOICE`. */
export const settingPrefix = (service: string): string => `MALIPO_${service.toUpperCase().replaceAll('-', '_')}`;

const url = (port: number) => `http://127.0.0.1:${port}`;

type Secrets = { MALIPO_SECRET_KEY: string; MALIPO_SIGNING_KEY: string; MALIPO_SMS_CALLBACK_SECRET: string };

/**
 * Every setting that the services need to find the stack and one another. What the caller's own environment says wins, so
 * that real credentials come in by configuration alone.
 */
export function platformEnvironment(
  stack: StackAddresses,
  ports: Ports,
  secrets: Secrets,
  own: Record<string, string | undefined>,
): Record<string, string> {
  const sandbox = url(ports.sandbox);
  const settings: Record<string, string> = {
    MALIPO_MONGO_URL: stack.mongoUrl,
    MALIPO_REDIS_URL: stack.redisUrl,
    MALIPO_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    MALIPO_PORT: String(ports.gateway),
    ...Object.fromEntries(
      ORDER.slice(1).flatMap((name) => [
        [`${settingPrefix(name)}_PORT`, String(ports[name])],
        [`${settingPrefix(name)}_URL`, url(ports[name])],
      ]),
    ),
    MALIPO_SANDBOX_PORT: String(ports.sandbox),
    MALIPO_PUBLIC_URL: url(ports.gateway),
    MALIPO_JWKS_URL: `${url(ports.identity)}/.well-known/jwks.json`,
    // callbacks and logins come to the services through the gateway; it itself believes nobody, see environmentOf
    MALIPO_TRUST_PROXY: '127.0.0.1/32',
    MALIPO_DARAJA_TEST_URL: sandbox,
    MALIPO_SANDBOX_CONTROL: 'on',
    MALIPO_SMS_URL: sandbox,
    MALIPO_SMS_TEST_URL: sandbox,
    MALIPO_SMS_USERNAME: 'sandbox',
    MALIPO_SMS_API_KEY: 'sandbox',
    MALIPO_EMAIL_URL: sandbox,
    MALIPO_EMAIL_TEST_URL: sandbox,
    MALIPO_EMAIL_API_KEY: 'sandbox',
    MALIPO_EMAIL_FROM: 'receipts@malipo.test',
    ...secrets,
  };
  const given = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[0].startsWith('MALIPO_') && entry[1] !== undefined,
  );
  return { ...settings, ...Object.fromEntries(given) };
}

/**
 * What one service of them is told. Those behind the gateway believe it about who is asking; the gateway itself is the
 * public door and believes nobody, or a throttle by sender could be walked around, unless the caller's environment says so.
 */
export const environmentOf = (
  service: string,
  env: Record<string, string>,
  own: Record<string, string | undefined>,
): Record<string, string> =>
  service === 'gateway' ? { ...env, MALIPO_TRUST_PROXY: own['MALIPO_TRUST_PROXY'] ?? '' } : env;

/** What the platform writes besides its databases, by setting. */
export const filesOf = (home: string) => ({
  MALIPO_SPOOL_DIR: path.join(home, 'spool'),
  MALIPO_SANDBOX_STATE: path.join(home, 'sandbox.json'),
});

/**
 * Makes the secrets of a local instance once and keeps them beside its data, readable by its owner alone. Whole or not at
 * all, and the same for all that begin at once.
 */
export async function localSecrets(directory: string): Promise<Secrets> {
  const file = path.join(directory, 'secrets.json');
  if (!existsSync(file)) {
    await mkdir(directory, { recursive: true });
    const draft = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(draft, JSON.stringify(freshSecrets()), { mode: 0o600 });
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  return JSON.parse(await readFile(file, 'utf8')) as Secrets;
}

/** Secrets for one run. */
export function freshSecrets(): Secrets {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    MALIPO_SECRET_KEY: randomBytes(32).toString('hex'),
    MALIPO_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    MALIPO_SMS_CALLBACK_SECRET: randomBytes(16).toString('hex'),
  };
}
