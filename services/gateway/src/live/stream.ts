import { Readable } from 'node:stream';
import { type LiveMessage, toFrame } from '../domain/live-message.ts';

/** A client that reads slower than its organisation lives is let go; it comes back with `Last-Event-ID`. */
const MAX_WAITING_BYTES = 256 * 1024;

/** What was missed waits beside that until it is read; where it is more, reading everything again is less. */
const MAX_MISSED_BYTES = 1024 * 1024;

/** How long a client may take to read the rest. */
const END_MS = 1_000;

const RESYNC = 'event: resync\ndata: {}\n\n';

export type Stream = {
  readonly body: Readable;
  deliver(message: LiveMessage): void;
  /** Sends what was missed and then what came in the meantime; says to read again where that is unknown or too much. */
  catchUp(missed: readonly LiveMessage[] | undefined): void;
  /** Tells the client to read everything again, since messages may have been lost. */
  resync(): void;
  beat(): void;
  end(): void;
};

/**
 * One open connection of server-sent events.
 * @param holding keeps messages back until `catchUp`, so that they come after the missed ones
 */
export function createStream(holding: boolean, dropped: () => void): Stream {
  const { body, write, allow, end } = createOutlet(dropped);
  let held: LiveMessage[] | undefined = holding ? [] : undefined;
  write('retry: 3000\n: open\n\n');
  return {
    body,
    deliver(message) {
      if (held) held.push(message);
      else write(toFrame(message));
    },
    catchUp(missed) {
      const frames = framesOf([...(missed ?? []), ...(held ?? [])]);
      const bytes = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
      held = undefined;
      if (!missed || bytes > MAX_MISSED_BYTES) write(RESYNC);
      if (bytes > MAX_MISSED_BYTES) return;
      allow(bytes);
      for (const frame of frames) write(frame);
    },
    resync: () => write(RESYNC),
    beat: () => write(': beat\n\n'),
    end,
  };
}

/** What a client reads from; one that leaves too much lying in it is let go. */
function createOutlet(dropped: () => void) {
  let ended = false;
  let allowed = 0;
  const body = new Readable({
    // asked for more once little is left
    read() {
      allowed = 0;
    },
  });
  return {
    body,
    write(text: string) {
      if (body.destroyed || ended) return;
      body.push(text);
      if (body.readableLength <= MAX_WAITING_BYTES + allowed) return;
      dropped();
      body.destroy();
    },
    /** So many bytes more may lie there until they are read. */
    allow(bytes: number) {
      allowed = bytes;
    },
    end() {
      if (!ended) body.push(null);
      ended = true;
      setTimeout(() => body.destroy(), END_MS).unref();
    },
  };
}

/** Each message once. */
const framesOf = (messages: readonly LiveMessage[]): string[] =>
  [...new Map(messages.map((message) => [message.id, message])).values()].map((message) => toFrame(message));
