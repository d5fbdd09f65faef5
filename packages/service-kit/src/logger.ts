import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** Never in a log line, wherever they turn up: secrets, tokens, and personal data. */
const REDACTED = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'secret',
  'consumerSecret',
  'passkey',
  'apikey',
  'phone',
  'msisdn',
  'payerNames',
  'name',
  'email',
  'number.value',
  'securityCredential',
  'SecurityCredential',
].flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** Callback URLs carry their secret in the path. */
const SECRET_IN_PATH = /(\/callbacks\/[^/]+\/)[0-9a-f]{16,}/gi;

/** Hides the secret of a callback URL. */
export const redactUrl = (url: string): string => url.replace(SECRET_IN_PATH, '$1***');

/**
 * One JSON line per state change, fields first, buffered and written asynchronously: logging must not cost a third of
 * the throughput.
 * @param file where to, standard output where it is empty; several services may share it
 */
export function createLogger(service: string, level: string, file = ''): Logger {
  const minLength = level === 'debug' || level === 'trace' ? 0 : 4096;
  const sink = pino.destination({ dest: file || 1, sync: false, minLength, mkdir: true });
  const timer = setInterval(() => sink.flush(), 500);
  timer.unref();
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
}
