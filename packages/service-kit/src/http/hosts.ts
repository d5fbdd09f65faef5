import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { UnreadableError } from './problem.ts';

/**
 * A request names its host once: of two, a proxy before us may have gone by the one, and who reads it behind us goes by the
 * other. Node knows only the first, and what lacks one it would refuse without a word.
 * @see RFC 9112 §3.2
 */
export function refuseUnclearHosts(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const count = countHosts(raw);
    const isClear = count === 1 || (count === 0 && raw.httpVersion === '1.0');
    done(isClear ? undefined : new UnreadableError('host_unclear'));
  });
}

/** Names stand at the even places; compared by length first, since callbacks come by the ten thousand a second. */
function countHosts({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
