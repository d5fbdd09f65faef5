import { createEngine, type Engine, unanswered } from './engine.ts';
import { type Message, readMessage } from './messages.ts';
import { DatasetError, readDataset } from './read-dataset.ts';
import { warmUp } from './warm-up.ts';

/** Where a session speaks: `answer` to whoever drives it, `tell` to the person who looks after it. */
export type Output = { answer: (message: object) => void; tell: (problem: string) => void };

export type Session = {
  /** Takes one line of input; never throws. @returns false when there is nothing more to take */
  take: (line: string) => boolean;
  /** Whether it ended because there are no data to answer from. */
  isLost: () => boolean;
};

class NotReady extends Error {}

/** Speaks the benchmark's protocol, a line at a time. A line that is bad spoils nothing but itself. */
export function createSession({ answer, tell }: Output): Session {
  let engine: Engine | undefined;
  let number = 0;
  let isLost = false;
  const none = (paymentId: string | number, reason: string): void =>
    answer({ type: 'prediction', payment_id: paymentId, ...unanswered(reason) });

  const handle = (message: Message): void => {
    if (message.type === 'init') {
      engine = begin(message.dir);
      answer({ type: 'ready' });
    } else if (message.type === 'end') return;
    else if (!engine)
      throw new NotReady(`${nameOf(message)} came before init; send {"type":"init","dir":"DATA_FOLDER"} first`);
    else if (message.type === 'feedback') engine.feedback(message.items);
    else answer({ type: 'prediction', payment_id: message.payment.id, ...engine.predict(message.payment) });
  };

  return {
    take: (line) => {
      number++;
      const read = number === 1 ? withoutMark(line) : line;
      if (read.trim() === '') return true;
      const { message, problem, paymentId } = readMessage(read);
      if (problem !== undefined) tell(`line ${number}: ${problem}`);
      if (paymentId !== undefined) none(paymentId, 'unreadable');
      if (message) attempt(message);
      return message?.type !== 'end' && !isLost;
    },
    isLost: () => isLost,
  };

  function attempt(message: Message): void {
    try {
      handle(message);
    } catch (error) {
      isLost = error instanceof DatasetError;
      tell(`line ${number}: ${failure(message, error)}`);
      if (message.type === 'payment') none(message.payment.id, engine ? 'unreadable' : 'not_ready');
    }
  }
}

/** @throws DatasetError when the folder is no use */
function begin(dir: unknown): Engine {
  if (typeof dir !== 'string' || dir === '')
    throw new DatasetError('init: dir is missing or no text; name the data folder');
  const dataset = readDataset(dir);
  try {
    const engine = createEngine(dataset);
    warmUp(engine, dataset);
    return engine;
  } catch (error) {
    throw new DatasetError(
      `the data in ${dir} cannot be used (${oneLine(error)}); put whole files there and start again`,
    );
  }
}

/** A byte order mark is no part of the first line. */
const withoutMark = (line: string): string => (line.startsWith('\uFEFF') ? line.slice(1) : line);

const nameOf = (message: Message): string =>
  message.type === 'payment' ? `payment ${message.payment.id.slice(0, 60)}` : message.type;

const failure = (message: Message, error: unknown): string =>
  error instanceof DatasetError || error instanceof NotReady
    ? error.message
    : `${nameOf(message)} could not be worked on (${oneLine(error)}); leave it out and report it`;

const oneLine = (error: unknown): string => String(error).split('\n')[0] ?? '';
