import process from 'node:process';
import { type Running, startService } from '@malipo/service-kit';
import { environmentOf } from './environment.ts';
import { loadServices } from './services.ts';

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
    (await loadServices()).map(async (service) => {
      const running = await startService(service, {
        env: environmentOf(service.name, env, process.env),
        ...(onDead ? { onDead } : {}),
      });
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
