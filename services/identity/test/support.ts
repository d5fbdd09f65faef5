import { generateKeyPairSync } from 'node:crypto';
import { type Running, startService } from '@malipo/service-kit';
import { createSlice, type Slice } from '@malipo/test-kit';
import { identity } from '../src/service.ts';

/** An Ed25519 private key as MALIPO_SIGNING_KEY takes it. */
export const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

export type Answer = { status: number; headers: Record<string, unknown>; body: Body };
// biome-ignore lint/suspicious/noExplicitAny: tests read answers as an outsider, without our types
type Body = any;

export type Identity = Awaited<ReturnType<typeof startIdentity>>;

/** Identity for real, in a slice of its own, with a clock that can be moved on. */
export async function startIdentity(env: Record<string, string> = {}, slice: Slice = createSlice()) {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const settings = slice.env({ MALIPO_IDENTITY_PORT: '0', MALIPO_SIGNING_KEY: newKey(), ...env });
  const running: Running = await startService(identity, { env: settings, now });
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { token, body, headers = {} } = options;
    const answer = await running.app.inject({
      method: method as 'GET',
      url: path,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body ? answer.json() : undefined };
  };
  return {
    running,
    slice,
    call,
    post: (path: string, body: unknown, options: CallOptions = {}) => call('POST', path, { ...options, body }),
    get: (path: string, token?: string) => call('GET', path, token ? { token } : {}),
    register: (over: object = {}) => call('POST', '/api/v1/auth/register', { body: registration(over) }),
    moveOn(ms: number) {
      ahead += ms;
    },
    async stop() {
      await running.stop();
      await slice.drop();
    },
  };
}

type CallOptions = { token?: string; body?: unknown; headers?: Record<string, string> };

let count = 0;

/** A registration that nobody else has made. */
export const registration = (over: object = {}) => ({
  organisationName: 'Mama Mboga Ltd',
  name: 'Grace Wanjiru',
  email: `grace${++count}@example.co.ke`,
  password: 'mboga na matunda',
  ...over,
});
