import { parentPort } from 'node:worker_threads';
import { PRIOR } from '@malipo/matching';
import { fitOrganisation } from './fit-organisation.ts';
import type { Message, Order, Reply } from './in-worker.ts';
import { createReplay } from './replay.ts';

/** The thread that a refit runs in: it is told what to learn from, then handed the log piece by piece, then asked for the model. */
const port = parentPort;
if (!port) throw new Error('this file runs in a worker thread');
const tell = (reply: Reply): void => port.postMessage(reply);

let order: Order | null = null;
let replay: ReturnType<typeof createReplay> | null = null;

port.on('message', (message: Message) => {
  if (message.type === 'order') {
    order = message;
    replay = createReplay(message.organisationId, message.rules, message.champion ?? PRIOR, message.judgements);
    tell({ type: 'ready' });
  } else if (message.type === 'log') {
    for (const commit of message.commits) replay?.take(commit);
    tell({ type: 'ready' });
  } else if (order && replay) {
    const judged = replay.judged(order.stoodBefore);
    tell({ type: 'fitted', fitted: fitOrganisation(judged, order.judgements, order) });
  }
});
