import { Pool } from 'undici';
import { backoff, pause } from '../clock.ts';
import { AppError, UpstreamError } from '../errors.ts';

/** `data` is the parsed JSON of the answer, or its text where it is none. */
export type HttpAnswer = { status: number; headers: Record<string, unknown>; data: unknown };

export type OutgoingRequest = {
  method?: 'GET' | 'POST';
  /** Path and query, after the base URL. */
  url: string;
  headers?: Record<string, string>;
  /** Text goes as it is, anything else as JSON. */
  data?: string | object;
  traceparent?: string | null | undefined;
  /** How often to repeat after no answer or 502/503/504; only where repeating is harmless. */
  retries?: number;
};

/** Nothing left this machine: the connection was never made, or the breaker is open. Sending it later is safe. */
export class NotSentError extends AppError {
  constructor(code: string, message: string) {
    super('upstream', code, message);
  }
}

export type HttpClient = {
  /** Any HTTP answer is an answer, also 500. @throws {UpstreamError} `<name>_unreachable`: no answer came, the outcome is unknown, unless it is a {@link NotSentError} */
  request(config: OutgoingRequest): Promise<HttpAnswer>;
  close(): void;
};

/**
 * Outgoing HTTP: keep-alive, a deadline always set, retries only where asked, trace header, a breaker per provider. It
 * follows no redirects and reads at most 5 MB.
 * @see docs/adr/0013-undici.md
 */
export function createHttpClient(
  name: string,
  { baseURL, timeoutMs = 10_000 }: { baseURL: string; timeoutMs?: number },
): HttpClient {
  const { origin, pathname } = new URL(baseURL);
  const prefix = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    connections: 64,
    connect: { timeout: timeoutMs },
    maxResponseSize: 5 * 1024 * 1024,
  });
  const breaker = createBreaker(name);
  const once = async ({ method = 'GET', url, headers, data, traceparent }: OutgoingRequest): Promise<HttpAnswer> => {
    breaker.check();
    try {
      const {
        statusCode,
        headers: answered,
        body,
      } = await pool.request({
        method,
        path: `${prefix}${url}`,
        headers: {
          accept: 'application/json',
          ...(typeof data === 'object' ? { 'content-type': 'application/json' } : {}),
          ...headers,
          ...(traceparent ? { traceparent } : {}),
        },
        ...(data === undefined ? {} : { body: typeof data === 'string' ? data : JSON.stringify(data) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await body.text();
      breaker.succeeded();
      return { status: statusCode, headers: answered, data: readJson(text) };
    } catch (error) {
      breaker.failed();
      throw error;
    }
  };
  return {
    async request(config) {
      const { retries = 0 } = config;
      let maybeSent = false;
      for (let count = 1; ; count++) {
        try {
          const answer = await once(config);
          if (count > retries || !PASSING.has(answer.status)) return answer;
          maybeSent = true;
        } catch (thrown) {
          const error = unreachable(name, thrown);
          maybeSent ||= !(error instanceof NotSentError);
          if (count > retries) throw maybeSent ? new UpstreamError(error.code, error.message) : error;
        }
        await pause(backoff(count, 200, 5_000));
      }
    },
    close() {
      pool.destroy().catch(() => undefined);
    },
  };
}

/** Answers of a gateway whose server is gone for a moment. */
const PASSING = new Set([502, 503, 504]);

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Failures of making the connection: no byte of the request was written. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** The cause is described, not attached: it may carry the request with its credentials. */
function unreachable(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const message = `${name} did not answer (${code})`;
  return BEFORE_SENDING.has(code)
    ? new NotSentError(`${name}_unreachable`, message)
    : new UpstreamError(`${name}_unreachable`, message);
}

/** The system's or the client's code; a deadline has none but its name. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

const OPEN_AFTER = 10;
const OPEN_MS = 5_000;

/** After ten failures in a row nothing is sent for five seconds, so that a dead provider costs nothing. */
function createBreaker(name: string) {
  let failures = 0;
  let openUntil = 0;
  return {
    check() {
      if (performance.now() < openUntil)
        throw new NotSentError(
          `${name}_resting`,
          `${name} failed ${OPEN_AFTER} times in a row; it is left alone for a moment`,
        );
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      if (++failures < OPEN_AFTER) return;
      failures = 0;
      openUntil = performance.now() + OPEN_MS;
    },
  };
}
