import Fastify, { type FastifyInstance } from 'fastify';
import type { Base } from '../service.ts';

type Check = () => Promise<boolean>;

/** What must hold before traffic may come; services add their own checks. */
export type Readiness = {
  add(name: string, check: Check): void;
  /** Reported, but not waited for: something that it can do without for a while. */
  watch(name: string, check: Check): void;
  /** Once everything has held, these are reported and no more waited for: the service goes on without them. */
  endure(names: readonly string[]): void;
  all(): Promise<boolean>;
  report(): Promise<{ ready: boolean; checks: Record<string, boolean> }>;
};

function createReadiness(): Readiness {
  const required = new Map<string, Check>();
  const watched = new Map<string, Check>();
  const endured = new Set<string>();
  let hasBegun = false;
  const results = async (checks: Iterable<[string, Check]>) =>
    Object.fromEntries(
      await Promise.all([...checks].map(async ([name, check]) => [name, await check().catch(() => false)] as const)),
    );
  const areEnough = (needed: Record<string, boolean>): boolean => {
    hasBegun ||= Object.values(needed).every(Boolean);
    return Object.entries(needed).every(([name, holds]) => holds || (hasBegun && endured.has(name)));
  };
  return {
    add: (name, check) => void required.set(name, check),
    watch: (name, check) => void watched.set(name, check),
    endure(names) {
      for (const name of names) endured.add(name);
    },
    async report() {
      const [needed, others] = await Promise.all([results(required), results(watched)]);
      return { ready: areEnough(needed), checks: { ...needed, ...others } };
    },
    all: async () => areEnough(await results(required)),
  };
}

/**
 * `/health` (alive), `/ready` (may take traffic), `/metrics` (Prometheus), `/openapi.json`. None of them is shed under
 * pressure: a probe that is turned away has a busy process killed, and a scrape that is shows nothing of the rush.
 * @param showsState false where a listener for operations alone has `/ready` and `/metrics`
 */
export async function operations(app: FastifyInstance, base: Base, showsState: boolean): Promise<void> {
  const readiness = createReadiness();
  app.decorate('readiness', readiness);
  readiness.add('running', async () => !base.stopping.aborted);
  readiness.add('mongo', async () => {
    if (base.mongo.isDown()) return false; // a command would look for it for two seconds
    await base.mongo.ping();
    return true;
  });
  app.get('/health', HIDDEN, async () => ({ status: 'ok' }));
  app.get('/openapi.json', HIDDEN, async () => app.swagger());
  if (showsState) showState(app, base, readiness);
}

/** What operations alone may see, for a listener that only they reach. It does not listen yet. */
export function createOperationsApp(base: Base, readiness: Readiness): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.get('/health', async () => ({ status: 'ok' }));
  showState(app, base, readiness);
  return app;
}

const HIDDEN = { config: { public: true, probe: true }, schema: { hide: true } };

function showState(app: FastifyInstance, base: Base, readiness: Readiness): void {
  app.get('/ready', HIDDEN, async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', HIDDEN, async (_request, reply) =>
    reply.type(base.metrics.registry.contentType).send(await base.metrics.registry.metrics()),
  );
}
