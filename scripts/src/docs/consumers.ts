import { loadServices } from '../platform/services.ts';

/** By event type, the services that subscribe to it, as their own definitions say. */
export async function consumersByEvent(): Promise<ReadonlyMap<string, readonly string[]>> {
  const services = await loadServices();
  const read = services.flatMap(({ name, subscriptions }) =>
    (subscriptions?.(unused) ?? []).flatMap(({ events }) => events.map(({ type }) => ({ type, name }))),
  );
  const byType = Map.groupBy(read, ({ type }) => type);
  return new Map([...byType].map(([type, readers]) => [type, [...new Set(readers.map(({ name }) => name))].sort()]));
}

/** Stands for whatever a service would be given: its subscriptions are looked at, and nothing of them is run. */
const unused: unknown = new Proxy(() => unused, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => '' : unused),
});
