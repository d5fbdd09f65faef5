import { createConnection } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 20;

/** Tries until it works; the signal ends it. */
export async function until(attempt: () => Promise<boolean>, died: AbortSignal): Promise<void> {
  while (!(await attempt())) await wait(EVERY_MS, undefined, { signal: died });
}

/** Sends `question` (or nothing) to a local port and gives the first bytes of the answer, undefined when nobody is there. */
export function ask(port: number, question = ''): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => (question ? socket.write(question) : settle('')));
    socket.once('data', (bytes) => settle(bytes.toString('utf8')));
    socket.once('error', () => settle(undefined));
    socket.once('close', () => settle(undefined));
  });
}

export const listens = async (port: number): Promise<boolean> => (await ask(port)) !== undefined;
