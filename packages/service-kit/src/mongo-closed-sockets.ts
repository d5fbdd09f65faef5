import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoNetworkError } from 'mongodb';

type Connection = {
  readonly address: string;
  readonly socket: Socket;
  writeCommand(...command: unknown[]): Promise<void>;
};

const DRIVER = createRequire(import.meta.url)('mongodb/lib/cmap/connection.js') as {
  Connection: { prototype: Connection };
};

/**
 * Lets a command fail whose socket is closed before it is written. The driver (7.8) waits for such a socket to drain, for
 * ever: none of its timeouts counts there. It meets one when a server dies under load, since a connection hears a moment
 * late that its socket is gone; whoever waits, a slice or a sweep, would stand still until the process is started anew.
 * @see docs/adr/0019-writes-to-closed-sockets-fail.md
 */
export function failWritesToClosedSockets({ prototype } = DRIVER.Connection): void {
  const { writeCommand } = prototype;
  if (writeCommand.name === 'writeUnlessClosed') return;
  prototype.writeCommand = async function writeUnlessClosed(...command) {
    const { socket, address } = this;
    const closed = Promise.withResolvers<never>();
    const fail = () => closed.reject(new MongoNetworkError(`connection to ${address} closed before it was written to`));
    if (socket.closed) fail();
    else socket.once('close', fail);
    await Promise.race([writeCommand.apply(this, command), closed.promise]).finally(() => socket.off('close', fail));
  };
}
