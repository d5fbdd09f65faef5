import { PassThrough } from 'node:stream';
import { type LiveMessage, toFrame } from '../domain/live-message.ts';

/** A client that reads slower than its organisation lives is let go; it comes back with `Last-Event-ID`. */
const MAX_WAITING_BYTES = 256 * 1024;

/** How long a client may take to read the rest. */
const END_MS = 1_000;

const RESYNC = 'event: resync\ndata: {}\n\n';

export type Stream = {
  readonly body: PassThrough;
  deliver(message: LiveMessage): void;
  /** Sends what was missed, or says that nobody can tell; then what came in the meantime. */
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
  const body = new PassThrough();
  let held: LiveMessage[] | undefined = holding ? [] : undefined;
  const write = (text: string) => {
    if (body.destroyed || body.writableEnded) return;
    body.write(text);
    if (body.readableLength + body.writableLength <= MAX_WAITING_BYTES) return;
    dropped();
    body.destroy();
  };
  write('retry: 3000\n: open\n\n');
  return {
    body,
    deliver(message) {
      if (held) held.push(message);
      else write(toFrame(message));
    },
    catchUp(missed) {
      const late = held ?? [];
      held = undefined;
      if (!missed) write(RESYNC);
      const told = new Set(missed?.map((message) => message.id));
      for (const message of [...(missed ?? []), ...late.filter(({ id }) => !told.has(id))]) write(toFrame(message));
    },
    resync: () => write(RESYNC),
    beat: () => write(': beat\n\n'),
    end() {
      body.end();
      setTimeout(() => body.destroy(), END_MS).unref();
    },
  };
}
