import { createApi } from '../client/api.ts';

const DEADLINE_MS = 60_000;
const EVERY_MS = 100;

/**
 * Waits until each service says that it may take traffic.
 * @throws {Error} naming the one that does not within a minute
 */
export async function untilReady(services: Iterable<readonly [name: string, port: number]>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (const [name, port] of services) {
    while (!(await isReady(port))) {
      if (Date.now() > deadline)
        throw new Error(`${name} did not become ready within a minute; its log lies in .malipo/`);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}

const isReady = (port: number): Promise<boolean> =>
  createApi(`http://127.0.0.1:${port}`)
    .get('/ready')
    .then(
      () => true,
      () => false,
    );
