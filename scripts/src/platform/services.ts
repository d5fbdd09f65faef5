import type { AnyService } from '@malipo/service-kit';

/** In the order in which they are useful: identity first, the door last. */
const LOADERS = {
  identity: async () => (await import('@malipo/identity')).identity,
  invoice: async () => (await import('@malipo/invoice')).invoice,
  payment: async () => (await import('@malipo/payment')).payment,
  reconciliation: async () => (await import('@malipo/reconciliation')).reconciliation,
  notification: async () => (await import('@malipo/notification')).notification,
  analytics: async () => (await import('@malipo/analytics')).analytics,
  gateway: async () => (await import('@malipo/gateway')).gateway,
} satisfies Record<string, () => Promise<AnyService>>;

export type ServiceName = keyof typeof LOADERS;

export const serviceNames = Object.keys(LOADERS) as ServiceName[];

export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(LOADERS, name);

/** Loads services, and nothing of those that were not asked for: a process holds the code that it runs. */
export const loadServices = (names: readonly ServiceName[] = serviceNames): Promise<AnyService[]> =>
  Promise.all(names.map((name) => LOADERS[name]()));
