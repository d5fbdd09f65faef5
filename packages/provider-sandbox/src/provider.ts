import type { FastifyReply } from 'fastify';
import type { Background } from './background.ts';
import type { Deliverer } from './deliver.ts';
import type { Settings } from './options.ts';
import type { Random } from './random.ts';

/** What every provider here is built from. */
export interface ProviderDeps {
  settings: Settings;
  random: Random;
  background: Background;
  deliverer: Deliverer;
}

/** When an answer has left, or its reader has: callbacks start from there. */
export const answered = (reply: FastifyReply): Promise<void> =>
  new Promise((resolve) => reply.raw.once('finish', resolve).once('close', resolve));
