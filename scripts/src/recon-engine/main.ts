import { createInterface } from 'node:readline';
import { createEngine, type Engine } from './engine.ts';
import { readDataset } from './read-dataset.ts';
import type { RawFeedback, RawPayment } from './records.ts';
import { warmUp } from './warm-up.ts';

type Message =
  | { type: 'init'; dir: string }
  | { type: 'payment'; payment: RawPayment }
  | { type: 'feedback'; items: RawFeedback[] }
  | { type: 'end' };

/** Output gathers while input is at hand and leaves in one write; a lone payment is answered at once. */
let pending = '';
const flush = (): void => {
  if (pending !== '') process.stdout.write(pending);
  pending = '';
};
const answer = (message: object): void => {
  if (pending === '') setImmediate(flush);
  pending += `${JSON.stringify(message)}\n`;
};

let engine: Engine | undefined;

function handle(message: Message): void {
  if (message.type === 'init') {
    const dataset = readDataset(message.dir);
    engine = createEngine(dataset);
    warmUp(engine, dataset);
    answer({ type: 'ready' });
  } else if (message.type === 'payment') {
    answer({ type: 'prediction', payment_id: message.payment.id, ...engine?.predict(message.payment) });
  } else if (message.type === 'feedback') engine?.feedback(message.items);
}

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
lines.on('line', (line) => {
  if (line.trim() === '') return;
  const message = JSON.parse(line) as Message;
  if (message.type === 'end') lines.close();
  else handle(message);
});
lines.on('close', () => {
  flush();
  process.stdin.destroy();
});
