import { type App, createHttpClient } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { upstreams } from '../routes.ts';

const KEPT_MS = 1_000;

/** `/ready` tells of each service; one that is down takes its routes with it, not the gateway. */
export function watchUpstreams(app: App, deps: Deps): void {
  for (const name of upstreams) {
    const client = createHttpClient(name, { baseURL: deps.upstreamUrls[name], timeoutMs: 1_500 });
    let last: { at: number; answer: Promise<boolean> } | undefined;
    const ask = async () => (await client.request({ url: '/ready' })).status === 200;
    app.readiness.watch(name, () => {
      if (!last || performance.now() - last.at > KEPT_MS) last = { at: performance.now(), answer: ask() };
      return last.answer;
    });
    app.addHook('onClose', async () => client.close());
  }
}
