import { analytics } from '@malipo/analytics';
import { gateway } from '@malipo/gateway';
import { identity } from '@malipo/identity';
import { invoice } from '@malipo/invoice';
import { notification } from '@malipo/notification';
import { payment } from '@malipo/payment';
import { reconciliation } from '@malipo/reconciliation';
import { type AnyService, type Running, startService } from '@malipo/service-kit';

/** In the order in which they are useful: identity first, the door last. */
export const allServices: readonly AnyService[] = [
  identity,
  invoice,
  payment,
  reconciliation,
  notification,
  analytics,
  gateway,
];

export type Platform = { services: readonly Running[]; stop(): Promise<void> };

/**
 * Runs every service in this process, each with its own connections and port: the very same code as one process each.
 * @param onReady called as each service becomes ready
 */
export async function startInProcess(
  env: Record<string, string>,
  onReady: (name: string) => void = () => {},
  onDead?: (service: string, error: Error) => void,
): Promise<Platform> {
  const settled = await Promise.allSettled(
    allServices.map(async (service) => {
      const running = await startService(service, { env, ...(onDead ? { onDead } : {}) });
      onReady(service.name);
      return running;
    }),
  );
  const services = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
  };
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { services, stop };
}
