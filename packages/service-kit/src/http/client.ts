import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { backoff, pause } from '../clock.ts';
import { UpstreamError } from '../errors.ts';

export type HttpAnswer = { status: number; headers: Record<string, unknown>; data: unknown };

export type HttpClient = {
  /** Any HTTP answer is an answer, also 500. @throws {UpstreamError} `<name>_unreachable`: no answer came, the outcome is unknown */
  request(
    config: AxiosRequestConfig & {
      traceparent?: string | null /** Repeat on no answer or 502/503/504: only where repeating is harmless. */;
      retries?: number;
    },
  ): Promise<HttpAnswer>;
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
  return {
    async request({ traceparent, retries = 0, ...config }) {
      for (let count = 1; ; count++) {
        breaker.check();
        try {
          const { status, headers, data } = await client.request({
            ...config,
            headers: { ...config.headers, ...(traceparent ? { traceparent } : {}) },
          });
          breaker.succeeded();
          if (status >= 502 && status <= 504 && count <= retries) throw new Error(`answered ${status}`);
          return { status, headers: headers as Record<string, unknown>, data };
        } catch (error) {
          if (isAxiosError(error)) breaker.failed();
          if (count > retries) throw unreachable(name, error);
          await pause(backoff(count, 200, 5_000));
        }
      }
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** The cause is described, not attached: an axios error carries the request with its credentials. */
const unreachable = (name: string, error: unknown) =>
  new UpstreamError(
    `${name}_unreachable`,
    `${name} did not answer (${isAxiosError(error) ? (error.code ?? 'no code') : String(error)})`,
  );

const OPEN_AFTER = 10;
const OPEN_MS = 5_000;

/** After ten failures in a row nothing is sent for five seconds, so that a dead provider costs nothing. */
function createBreaker(name: string) {
  let failures = 0;
  let openUntil = 0;
  return {
    check() {
      if (Date.now() < openUntil)
        throw new UpstreamError(
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
