import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TcpProxy = {
  port: number;
  /** Ends all connections and refuses new ones until `restore`. */
  cut(): void;
  /** Lets nothing through, while everybody stays connected, until `restore`: a peer that hangs. */
  pause(): void;
  /** Everything flows again, without delay. */
  restore(): void;
  /** The next so many requests that hold `text` reach the server, and their connections end before it answers. */
  loseAnswers(text: string, times: number): void;
  /** Holds back every request that holds `text`, with what follows on its connection, until `restore`; resolves at the first. */
  hold(text: string): Promise<void>;
  /** From now on new connections go to another server; those that are open stay where they are. */
  lead(port: number): void;
  /** Holds back every chunk for so long, both ways. */
  delay(ms: number): void;
  close(): Promise<void>;
};

/** A loopback proxy in front of a server, for faults between a service and its infrastructure. */
export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const state: State = { isCut: false, isPaused: false, delayMs: 0, port: targetPort, holding: undefined };
  const losing = { text: '', left: 0 };
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (state.isPaused) socket.pause();
  };
  const server = createServer((client) => {
    if (state.isCut) return void client.destroy();
    const upstream = connect({ port: state.port, host: '127.0.0.1' });
    client.on('data', (chunk: Buffer) => {
      if (losing.left === 0 || !chunk.includes(losing.text)) return;
      losing.left--;
      upstream.once('data', () => client.destroy());
    });
    forward(client, upstream, state, (chunk) => untilReleased(state, chunk));
    forward(upstream, client, state);
    track(client);
    track(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state.isCut = true;
      end();
    },
    pause() {
      state.isPaused = true;
      for (const socket of sockets) socket.pause();
    },
    restore() {
      state.holding?.released.resolve();
      Object.assign(state, { isCut: false, isPaused: false, delayMs: 0, holding: undefined });
      for (const socket of sockets) socket.resume();
    },
    loseAnswers(text, times) {
      Object.assign(losing, { text, left: times });
    },
    hold(text) {
      state.holding = { text, reached: Promise.withResolvers(), released: Promise.withResolvers() };
      return state.holding.reached.promise;
    },
    lead(port) {
      state.port = port;
    },
    delay(ms) {
      state.delayMs = ms;
    },
    close() {
      end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Holding = { text: string; reached: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> };
type State = { isCut: boolean; isPaused: boolean; delayMs: number; port: number; holding: Holding | undefined };

function untilReleased({ holding }: State, chunk: Buffer): Promise<void> | undefined {
  if (!holding || !chunk.includes(holding.text)) return undefined;
  holding.reached.resolve();
  return holding.released.promise;
}

type Wait = (chunk: Buffer) => Promise<void> | undefined;

/** Chunks keep their order when the delay changes: each waits for the one before it. */
function forward(from: Socket, to: Socket, state: State, wait: Wait = () => undefined): void {
  let last = Promise.resolve();
  const pass = (chunk: Buffer) => {
    if (!to.destroyed) to.write(chunk);
  };
  from.on('data', (chunk: Buffer) => {
    const released = wait(chunk);
    if (released) last = Promise.all([last, released]).then(() => undefined);
    const due = new Promise<void>((resolve) => setTimeout(resolve, state.delayMs));
    last = state.delayMs > 0 ? Promise.all([last, due]).then(() => pass(chunk)) : last.then(() => pass(chunk));
  });
  from.on('end', () => void last.then(() => to.end()));
  from.on('close', () => void last.then(() => to.destroy()));
  from.on('error', () => to.destroy());
}
