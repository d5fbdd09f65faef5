import { connect, type Socket } from 'node:net';

/** A keep-alive connection that carries one request at a time. */
export type Slot = {
  port: number;
  socket: Socket;
  busy: boolean;
  n: number;
  intendedAt: number;
  buffer: string;
  /** Told the status of each answer, 0 where the connection closed instead. */
  finish(slot: Slot, status: number): void;
};

const HOST = '127.0.0.1';

/** Connects over loopback. */
export async function openSlot(port: number, finish: Slot['finish']): Promise<Slot> {
  const socket = connect({ port, host: HOST, noDelay: true });
  const slot: Slot = { port, socket, busy: false, n: -1, intendedAt: 0, buffer: '', finish };
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  listen(slot, socket);
  return slot;
}

function listen(slot: Slot, socket: Socket): void {
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (slot.busy && slot.socket === socket) slot.finish(slot, 0);
  });
  socket.on('data', (chunk) => {
    slot.buffer += chunk.toString('latin1');
    const status = completeStatus(slot.buffer);
    if (status !== undefined) slot.finish(slot, status);
  });
}

/** Sends the n-th request, over a new connection where the server closed the one before; the slot is busy until it is answered. */
export function post(slot: Slot, { path, body }: { path: string; body: string }, n: number, intendedAt: number): void {
  if (slot.socket.destroyed) {
    slot.socket = connect({ port: slot.port, host: HOST, noDelay: true });
    listen(slot, slot.socket);
  }
  Object.assign(slot, { busy: true, n, intendedAt, buffer: '' });
  slot.socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${HOST}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** The status of an answer that has arrived whole. */
function completeStatus(text: string): number | undefined {
  const headerEnd = text.indexOf('\r\n\r\n');
  if (headerEnd < 0) return undefined;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headerEnd))?.[1] ?? 0);
  return text.length >= headerEnd + 4 + length ? Number(text.slice(9, 12)) : undefined;
}
