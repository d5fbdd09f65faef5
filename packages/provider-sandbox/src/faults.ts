import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Background } from './background.ts';

/**
 * What can go wrong between a caller and a provider's API.
 * `lost_request` closes the connection before anything happens, `lost_answer` after everything did.
 */
export const FaultKind = z.enum([
  'invalid_token',
  'spike_arrest',
  'quota',
  'system_busy',
  'maintenance',
  'internal',
  'html',
  'html_ok',
  'slow',
  'lost_request',
  'lost_answer',
]);
export type FaultKind = z.infer<typeof FaultKind>;

export const Fault = z.object({
  kind: FaultKind,
  /** Only requests whose path starts so; every one of the provider's by default. */
  path: z.string().optional(),
  /** How many requests it hits; once by default. */
  times: z.int().positive().optional(),
  /** With `slow`: how long the answer takes. */
  delayMs: z.int().min(0).optional(),
});
export type Fault = z.infer<typeof Fault>;

export interface FaultAnswer {
  status: number;
  contentType: string;
  body: string;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  take(path: string): Fault | undefined;
}

export function createFaults(): Faults {
  let active: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      active = [];
    },
    take: (path) => {
      const hit = active.find(({ fault }) => path.startsWith(fault.path ?? '/'));
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) active = active.filter((other) => other !== hit);
      return hit.fault;
    },
  };
}

const HTML_PAGE: Omit<FaultAnswer, 'status'> = {
  contentType: 'text/html; charset=utf-8',
  body: '<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 1234567890</body></html>',
};

/** Puts a provider's faults in front of its routes; `render` gives those that the provider itself would answer. */
export function installFaults(
  app: FastifyInstance,
  faults: Faults,
  background: Background,
  render: (kind: FaultKind) => FaultAnswer,
): void {
  const losing = new WeakSet<FastifyRequest>();
  app.addHook('onRequest', async (request, reply) => {
    const fault = faults.take(request.url);
    if (!fault) return;
    if (fault.kind === 'slow') return background.delay(fault.delayMs ?? 1_000);
    if (fault.kind === 'lost_answer') return void losing.add(request);
    if (fault.kind === 'lost_request') return hangUp(request, reply);
    const page = fault.kind === 'html' || fault.kind === 'html_ok';
    const answer = page ? { ...HTML_PAGE, status: fault.kind === 'html' ? 503 : 200 } : render(fault.kind);
    return reply.code(answer.status).type(answer.contentType).send(answer.body);
  });
  app.addHook('onSend', async (request) => {
    if (losing.has(request)) request.raw.socket.destroy();
  });
}

function hangUp(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}
