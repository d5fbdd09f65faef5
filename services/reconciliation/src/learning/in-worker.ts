import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Model, Rules } from '@malipo/matching';
import type { Judgement } from '../domain/judgement.ts';
import type { Fitted } from './fit-organisation.ts';
import type { LoggedCommit } from './replay.ts';

/** What to learn, from what. */
export type Order = {
  type: 'order';
  organisationId: string;
  rules: Partial<Rules>;
  champion: Model | null;
  judgements: readonly Judgement[];
  stoodBefore: Date;
  version: string;
  trainedOn: string;
};

export type Message = Order | { type: 'log'; commits: readonly LoggedCommit[] } | { type: 'fit' };
export type Reply = { type: 'ready' } | { type: 'fitted'; fitted: Fitted };

/** Longer than any refit; a thread that takes longer is ended. */
const DEADLINE_MS = 300_000;
const HEAP_MB = 512;

/**
 * Refits in a thread of its own, so that nobody waits for it. The log comes in pieces, each sent when the last is worked
 * off, so that it is never in memory as a whole.
 * @throws when the thread fails, takes too long, or the service stops
 */
export async function fitInWorker(
  order: Order,
  log: AsyncIterable<readonly LoggedCommit[]>,
  stopping: AbortSignal,
): Promise<Fitted> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(DEADLINE_MS)]);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let failure: unknown = null;
  worker.on('error', (error) => {
    failure = error;
  });
  const ask = async (message: Message): Promise<Reply> => {
    if (failure) throw failure;
    const reply = once(worker, 'message', { signal });
    worker.postMessage(message);
    const [answer] = (await reply) as [Reply];
    return answer;
  };
  try {
    await ask(order);
    for await (const commits of log) await ask({ type: 'log', commits });
    const reply = await ask({ type: 'fit' });
    if (reply.type !== 'fitted') throw new Error('the refit answered out of turn');
    return reply.fitted;
  } finally {
    await worker.terminate();
  }
}
