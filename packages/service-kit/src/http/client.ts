import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { backoff, pause } from '../clock.ts';
import { AppError, UpstreamError } from '../errors.ts';

export type HttpAnswer = { status: number; headers: Record<string, unknown>; data: unknown };

export type OutgoingRequest = AxiosRequestConfig & {
  traceparent?: string | null;
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

/** Outgoing HTTP: keep-alive, a timeout always set, retries only where asked, trace header, a breaker per provider. */
export function createHttpClient(
  name: string,
  { baseURL, timeoutMs = 10_000 }: { baseURL?: string; timeoutMs?: number } = {},
): HttpClient {
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const httpsAgent = new https.Agent({ keepAlive: true, maxSockets: 64 });
  const client: AxiosInstance = axios.create({
    ...(baseURL ? { baseURL } : {}),
    timeout: timeoutMs,
    httpAgent,
    httpsAgent,
    validateStatus: () => true,
    maxRedirects: 0,
    proxy: false,
    maxContentLength: 5 * 1024 * 1024,
  });
  const breaker = createBreaker(name);
  const once = async ({ traceparent, retries: _, ...config }: OutgoingRequest): Promise<HttpAnswer> => {
    breaker.check();
    try {
      const headers = { ...config.headers, ...(traceparent ? { traceparent } : {}) };
      const { status, headers: answered, data } = await client.request({ ...config, headers });
      breaker.succeeded();
      return { status, headers: answered as Record<string, unknown>, data };
    } catch (error) {
      if (isAxiosError(error)) breaker.failed();
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
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** Answers of a gateway whose server is gone for a moment. */
const PASSING = new Set([502, 503, 504]);

/** Failures of making the connection: no byte of the request was written. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The cause is described, not attached: an axios error carries the request with its credentials. */
function unreachable(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = isAxiosError(error) ? (error.code ?? 'no code') : String(error);
  const message = `${name} did not answer (${code})`;
  return BEFORE_SENDING.has(code)
    ? new NotSentError(`${name}_unreachable`, message)
    : new UpstreamError(`${name}_unreachable`, message);
}

const OPEN_AFTER = 10;
const OPEN_MS = 5_000;

/** After ten failures in a row nothing is sent for five seconds, so that a dead provider costs nothing. */
function createBreaker(name: string) {
  let failures = 0;
  let openUntil = 0;
  return {
    check() {
      if (Date.now() < openUntil)
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
      openUntil = Date.now() + OPEN_MS;
    },
  };
}
