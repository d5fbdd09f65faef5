import { createEngine, type Engine } from './engine.ts';
import { type Message, readMessage } from './messages.ts';
import { readDataset } from './read-dataset.ts';
import type { RawPrediction } from './records.ts';
import { warmUp } from './warm-up.ts';

/** Where a session speaks: `answer` to whoever drives it, `tell` to the person who looks after it. */
export type Output = { answer: (message: object) => void; tell: (problem: string) => void };

export type Session = {
  /** Takes one line of input; never throws. @returns false when it was the last one */
  take: (line: string) => boolean;
};

/** Speaks the benchmark's protocol, a line at a time. A line that is bad spoils nothing but itself. */
export function createSession({ answer, tell }: Output): Session {
  let engine: Engine | undefined;
  let number = 0;
  const none = (paymentId: string | number, reason: string): void =>
    answer({ type: 'prediction', payment_id: paymentId, ...unanswered(reason) });

  const handle = (message: Message): void => {
    if (message.type === 'init') {
      const dataset = readDataset(message.dir);
      engine = createEngine(dataset);
      warmUp(engine, dataset);
      answer({ type: 'ready' });
    } else if (message.type === 'payment') {
      answer({ type: 'prediction', payment_id: message.payment.id, ...engine?.predict(message.payment) });
    } else if (message.type === 'feedback') engine?.feedback(message.items);
  };

  return {
    take: (line) => {
      number++;
      // a byte order mark is no part of the first line
      const read = number === 1 && line.startsWith('\uFEFF') ? line.slice(1) : line;
      if (read.trim() === '') return true;
      const { message, problem, paymentId } = readMessage(read);
      if (problem !== undefined) tell(`line ${number}: ${problem}`);
      if (paymentId !== undefined) none(paymentId, 'unreadable');
      if (message) attempt(message);
      return message?.type !== 'end';
    },
  };

  function attempt(message: Message): void {
    try {
      handle(message);
    } catch (error) {
      if (message.type === 'init') throw error;
      tell(
        `line ${number}: ${message.type} could not be worked on (${String(error).split('\n')[0]}); leave it out and report it`,
      );
      if (message.type === 'payment') none(message.payment.id, 'unreadable');
    }
  }
}

const unanswered = (reason: string): RawPrediction => ({
  decision: 'none',
  confidence: 0,
  allocations: [],
  customer_id: null,
  reason,
  guards: [],
});
