import { connect, type Socket } from 'node:net';

/** What one run sends: closed loop keeps `connections` busy; open loop starts requests on schedule, late or not. */
export type LoadPlan = {
  /** Loopback only. */
  port: number;
  connections: number;
  /** Requests per second on schedule; absent means as fast as answers come. */
  rate?: number;
  /** The n-th request's path and body; undefined ends the run. */
  next(n: number): { path: string; body: string } | undefined;
  /** Called for each answer with its intended start (ms, `performance.now()` clock) and its status. */
  onAnswer?(n: number, status: number, intendedAt: number): void;
  durationMs: number;
  /** Answers in the first milliseconds don't count. */
  warmUpMs?: number;
};

export type LoadResult = {
  answered: number;
  ok: number;
  failed: number;
  seconds: number;
  rate: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
};

type Slot = { socket: Socket; busy: boolean; n: number; intendedAt: number; buffer: string };

const HOST = '127.0.0.1';

/**
 * Sends POSTs over keep-alive connections and measures from the intended start, so that a stall is charged to every
 * request it held up (no coordinated omission). It stops by itself.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  const count = { next: 0, answered: 0, ok: 0, failed: 0 };
  const started = performance.now();
  const countFrom = started + (plan.warmUpMs ?? 0);
  const stopAt = started + plan.durationMs;
  let exhausted = false;
  const backlog: number[] = [];

  const send = (slot: Slot, intendedAt: number) => {
    const request = exhausted ? undefined : plan.next(count.next);
    if (!request) {
      exhausted = true;
      return;
    }
    Object.assign(slot, { busy: true, n: count.next++, intendedAt, buffer: '' });
    slot.socket.write(
      `POST ${request.path} HTTP/1.1\r\nhost: ${HOST}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(request.body)}\r\n\r\n${request.body}`,
    );
  };

  const finish = (slot: Slot, status: number) => {
    const now = performance.now();
    slot.busy = false;
    if (now >= countFrom) {
      count.answered++;
      if (status === 200) count.ok++;
      else count.failed++;
      latencies.push(now - slot.intendedAt);
    }
    plan.onAnswer?.(slot.n, status, slot.intendedAt);
    if (now >= stopAt) return;
    if (plan.rate === undefined) send(slot, now);
    else if (backlog.length > 0) send(slot, backlog.shift() ?? now);
  };

  const slots = await Promise.all(Array.from({ length: plan.connections }, () => open(plan.port, finish)));
  if (plan.rate === undefined) for (const slot of slots) send(slot, performance.now());
  else
    await pace(
      plan.rate,
      started,
      stopAt,
      () => exhausted,
      (intendedAt) => {
        const free = slots.find((slot) => !slot.busy);
        if (free) send(free, intendedAt);
        else backlog.push(intendedAt);
      },
    );
  await drained(() => slots.every((slot) => !slot.busy) && (exhausted || performance.now() >= stopAt), stopAt + 30_000);
  for (const slot of slots) slot.socket.destroy();
  const seconds = (performance.now() - countFrom) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    answered: count.answered,
    ok: count.ok,
    failed: count.failed,
    seconds,
    rate: count.answered / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: latencies.at(-1) ?? 0,
  };
}

async function open(port: number, finish: (slot: Slot, status: number) => void): Promise<Slot> {
  const socket = connect({ port, host: HOST, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const slot: Slot = { socket, busy: false, n: -1, intendedAt: 0, buffer: '' };
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (slot.busy) finish(slot, 0);
  });
  socket.on('data', (chunk) => {
    slot.buffer += chunk.toString('latin1');
    const status = completeStatus(slot.buffer);
    if (status !== undefined) finish(slot, status);
  });
  return slot;
}

/** The status of an answer that has arrived whole. */
function completeStatus(text: string): number | undefined {
  const headerEnd = text.indexOf('\r\n\r\n');
  if (headerEnd < 0) return undefined;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headerEnd))?.[1] ?? 0);
  return text.length >= headerEnd + 4 + length ? Number(text.slice(9, 12)) : undefined;
}

/** Fires at `rate` per second from `started`, catching up in bursts of what a timer missed. */
async function pace(
  rate: number,
  started: number,
  stopAt: number,
  over: () => boolean,
  fire: (intendedAt: number) => void,
): Promise<void> {
  let fired = 0;
  while (performance.now() < stopAt && !over()) {
    const due = Math.floor(((performance.now() - started) / 1000) * rate);
    for (; fired < due; fired++) fire(started + (fired * 1000) / rate);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function drained(done: () => boolean, deadline: number): Promise<void> {
  while (!done() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}
