import { createHttpClient, type HttpClient } from '@malipo/service-kit';
import { mergeOpenApi, type OpenApiDocument } from '../domain/merge-openapi.ts';
import { routeOf, type Upstream, upstreams } from '../routes.ts';
import { withLimits } from './limit-headers.ts';

const FRESH_MS = 60_000;
/** A service that was down is asked again sooner. */
const RETRY_MS = 2_000;
/** A service makes its part when it is first asked, which takes a busy machine seconds. */
const PATIENCE_MS = 6_000;

type Kept = { document: OpenApiDocument; at: number };
type Asked = { answeredAt: number; answered: Promise<void> };

/**
 * The whole platform's OpenAPI document, made of what each service says of itself. A service that is down keeps its last
 * answer; one that was never reached is named in `x-unavailable`.
 */
export function createPlatformDocument(urls: Record<Upstream, string>, own: () => OpenApiDocument) {
  const clients = upstreams.map((name): [Upstream, HttpClient] => [
    name,
    createHttpClient(name, { baseURL: urls[name], timeoutMs: PATIENCE_MS }),
  ]);
  const kept = new Map<Upstream, Kept>();
  const asked = new Map<Upstream, Asked>();
  /** As it is sent: to make it takes longer than all else that somebody without an account may ask for. */
  let made: Buffer | undefined;

  const ask = async (name: Upstream, client: HttpClient, at: number): Promise<void> => {
    const document = await fetchDocument(client);
    if (!document) return;
    kept.set(name, { document, at });
    made = undefined;
  };

  /** Who comes while a service is being asked waits for the same answer. */
  const refresh = async ([name, client]: [Upstream, HttpClient]): Promise<void> => {
    const now = performance.now();
    if (now - (kept.get(name)?.at ?? Number.NEGATIVE_INFINITY) < FRESH_MS) return;
    const last = asked.get(name);
    if (last && now - last.answeredAt < RETRY_MS) return last.answered;
    const answered = ask(name, client, now);
    const asking: Asked = { answeredAt: Number.POSITIVE_INFINITY, answered };
    asked.set(name, asking);
    await answered;
    asking.answeredAt = performance.now();
  };

  const make = (): OpenApiDocument => {
    const parts = upstreams.flatMap((name) => {
      const document = kept.get(name)?.document;
      return document ? [{ name: name as string, document }] : [];
    });
    const missing = upstreams.filter((name) => !kept.has(name));
    const merged = mergeOpenApi(
      { ...FRAME, ...(missing.length > 0 ? { 'x-unavailable': missing } : {}) },
      [{ name: 'gateway', document: own() }, ...parts],
      (path, part) => part === 'gateway' || (routeOf(path)?.to === part && !routeOf(path)?.callback),
    );
    return withLimits(merged);
  };

  return {
    /** @returns JSON in UTF-8, made anew only where a service has said something else */
    async get(): Promise<Buffer> {
      await Promise.all(clients.map(refresh));
      made ??= Buffer.from(JSON.stringify(make()));
      return made;
    },
    close() {
      for (const [, client] of clients) client.close();
    },
  };
}

const DESCRIPTION = `Invoices, M-Pesa payments, reconciliation and ledger.

**Signing in.** Register or log in, then send \`Authorization: Bearer <accessToken>\`. It holds for 15 minutes; \`POST /api/v1/auth/refresh\` gives the next one.

**Money** is an integer count of cents in a field whose name ends in \`Cents\`: KES 1,500 is \`150000\`. **Time** is UTC, ISO 8601 with \`Z\`; a date alone is a day in Nairobi. **Text** is trimmed; control and invisible characters in it are refused.

**Lists** answer \`data\` and \`page\`; send \`page.next\` as \`cursor\` for what follows, until it is null.

**Errors** are problem+json (RFC 9457). Branch on \`code\`; \`errors\` names each field by a JSON pointer, parameters of the query as \`#/query/limit\`; quote \`instance\` when asking for help.

**Repeating** a POST is safe with \`Idempotency-Key\` where the route takes one. **Changes** take \`If-Match\` with the \`ETag\` of what was read.

**Limits**: \`RateLimit\` and \`RateLimit-Policy\` stand in every answer; 429 and 503 say in \`Retry-After\` when to go on.

**Trying it**: channels, payments and sums have a \`mode\`. A channel with \`"mode": "test"\` needs no credentials, and its money is never added to live money.`;

const FRAME = {
  openapi: '3.1.0',
  info: {
    title: 'Malipo',
    version: '1',
    description: DESCRIPTION,
  },
  servers: [{ url: '/' }],
};

async function fetchDocument(client: HttpClient): Promise<OpenApiDocument | undefined> {
  const answer = await client.request({ url: '/openapi.json' }).catch(() => undefined);
  return answer?.status === 200 && isDocument(answer.data) ? answer.data : undefined;
}

const isDocument = (data: unknown): data is OpenApiDocument =>
  typeof data === 'object' && data !== null && 'openapi' in data;
