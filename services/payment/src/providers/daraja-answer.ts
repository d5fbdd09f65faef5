import type { HttpAnswer } from '@malipo/service-kit';

/** What a call to Daraja came to. `unknown`: it may have worked; `busy`: try later; `refused`: it surely did not. */
export type DarajaAnswer<Body> =
  | { kind: 'ok'; body: Body }
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'busy'; code: string; message: string }
  | { kind: 'pending' }
  | { kind: 'bad_token' }
  | { kind: 'unknown'; message: string };

type Fields = Record<string, unknown>;

/** Which one depends on the API; the same fault has a code in each. @see docs/providers.md */
const BAD_TOKEN = new Set(['401.003.01', '401.002.01', '400.003.01', '404.001.03']);
const BUSY = new Set(['500.003.02', '500.003.03']);

/**
 * Messages of the overloaded 500.001.1001 that surely mean "nothing happened"; every other server error leaves the
 * outcome open.
 */
const SURELY_REFUSED = /wrong credentials|merchant does not exist|unable to lock subscriber/i;
const STILL_PENDING = /being processed|under processing/i;

/** Sorts an answer by its error code and, where the code is overloaded, by its message; pages in HTML are no answer. */
export function readDarajaAnswer(answer: HttpAnswer): DarajaAnswer<Fields> {
  const { status, data } = answer;
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return { kind: 'unknown', message: `no JSON in an answer with status ${status}` };
  const body: Fields = { ...data };
  const code = textOf(body.errorCode);
  const message = textOf(body.errorMessage);
  if (!code) return status < 300 ? { kind: 'ok', body } : { kind: 'unknown', message: `status ${status}` };
  if (BAD_TOKEN.has(code) && /token/i.test(message)) return { kind: 'bad_token' };
  if (BUSY.has(code)) return { kind: 'busy', code, message };
  if (STILL_PENDING.test(message)) return { kind: 'pending' };
  if (status < 500 || SURELY_REFUSED.test(message)) return { kind: 'refused', code, message };
  return { kind: 'unknown', message: `${code} ${message}` };
}

/** A code as text, whether the provider sent a number or a string. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
