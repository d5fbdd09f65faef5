import process from 'node:process';
import { startService } from '@malipo/service-kit';
import { environmentOf } from './environment.ts';
import { loadServices } from './services.ts';

/**
 * Runs every service in this process, each with its own connections and port: the very same code as one process each.
 * @returns what stops them all
 */
export async function startInProcess(env: Record<string, string>): Promise<() => Promise<void>> {
  const settled = await Promise.allSettled(
    (await loadServices()).map((service) =>
      startService(service, { env: environmentOf(service.name, env, process.env) }),
    ),
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
  return stop;
}
