import fastify from 'fastify';
import { type Posted, postedIn, type Result, resultIn, type StkCallback, stkCallbackIn } from './bodies.ts';

export interface Received {
  path: string;
  contentType: string;
  /** The caller's address as the socket has it. */
  peer: string;
  headers: Record<string, unknown>;
  raw: string;
  json: unknown;
  form: Record<string, string>;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Bodies that arrived at a path, in order. */
  bodies(path: string): unknown[];
  /** The same of confirmations and validations. */
  at(path: string): Posted[];
  /** Callbacks of prompts at `/stk`. */
  stk(): StkCallback[];
  /** Results of the initiator's calls. */
  results(): Result[];
  /** Decides answers; 200 with Daraja's acknowledgement by default. `never` leaves the caller waiting. */
  answer: (received: Received) => { status?: number; body?: unknown } | 'never' | Promise<{ body?: unknown }>;
  close(): Promise<void>;
}

/** A receiver of callbacks that keeps the exact bytes. */
export async function startReceiver(): Promise<Receiver> {
  const app = fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const receiver: Receiver = {
    url: '',
    received: [],
    bodies: (path) => receiver.received.filter((one) => one.path === path).map((one) => one.json),
    at: (path) => receiver.bodies(path).map(postedIn),
    stk: () => receiver.bodies('/stk').map(stkCallbackIn),
    results: () => receiver.bodies('/result').map(resultIn),
    answer: () => ({}),
    close: () => app.close(),
  };
  app.post('/*', async (request, reply) => {
    const raw = String(request.body);
    const contentType = request.headers['content-type'] ?? '';
    const json: unknown = contentType.includes('json') ? JSON.parse(raw) : undefined;
    const form = contentType.includes('form') ? Object.fromEntries(new URLSearchParams(raw)) : {};
    const received = { path: request.url, contentType, peer: request.ip, headers: request.headers, raw, json, form };
    receiver.received.push(received);
    const answer = await receiver.answer(received);
    if (answer === 'never') return reply.hijack();
    const status = 'status' in answer ? (answer.status ?? 200) : 200;
    return reply.code(status).send(answer.body ?? { ResultCode: 0, ResultDesc: 'Accepted' });
  });
  receiver.url = await app.listen({ host: '127.0.0.1', port: 0 });
  return receiver;
}
