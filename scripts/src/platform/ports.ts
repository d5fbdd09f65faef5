import { isFree, portOwner } from '@malipo/test-kit/stack';

/** @throws {Error} naming the busy port, what wanted it, who has it, and the setting that moves it */
export async function assertPortsFree(ports: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isFree(port)) continue;
    const owner = portOwner(port);
    const who = owner ? `pid ${owner.pid} (${owner.command.slice(0, 100)})` : 'a process that this user cannot see';
    throw new Error(
      `port ${port}, which ${name} needs, is taken by ${who}; end that one, or choose other ports with MALIPO_PORT=9080 or a name of your own with MALIPO_INSTANCE=mine`,
    );
  }
}
