import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** One registry per service, so that several services in one process keep their figures apart. */
export function createMetrics(service: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const registers = [registry];
  /** Asking twice for a name gives the same metric: two consumers in one service share theirs, told apart by labels. */
  const once = <M extends Counter | Gauge | Histogram>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make();
  return {
    registry,
    /** @param name ends in `_total` */
    counter: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      once(name, () => new Counter<L>({ name, help, labelNames: [...labelNames], registers })),
    gauge: <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
      collect?: (this: Gauge<L>) => void | Promise<void>,
    ) =>
      once(
        name,
        () => new Gauge<L>({ name, help, labelNames: [...labelNames], registers, ...(collect ? { collect } : {}) }),
      ),
    /** Seconds, in buckets from 1 ms to 30 s. @param name ends in `_seconds` */
    seconds: <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
      buckets: readonly number[] = SECONDS,
    ) =>
      once(name, () => new Histogram<L>({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers })),
    /** Sizes of batches. */
    sizes: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      once(name, () => new Histogram<L>({ name, help, labelNames: [...labelNames], buckets: [...SIZES], registers })),
  };
}
