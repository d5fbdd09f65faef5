import { openSlot, post, type Slot } from './http-slot.ts';

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

/**
 * Sends POSTs over keep-alive connections and measures from the intended start, so that a stall is charged to every
 * request it held up (no coordinated omission). It stops by itself.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const started = performance.now();
  const stopAt = started + plan.durationMs;
  const tally = createTally(started + (plan.warmUpMs ?? 0));
  const backlog: number[] = [];
  let next = 0;
  let exhausted = false;

  const send = (slot: Slot, intendedAt: number) => {
    const request = exhausted ? undefined : plan.next(next);
    if (request) post(slot, request, next++, intendedAt);
    else exhausted = true;
  };
  const finish = (slot: Slot, status: number) => {
    const now = performance.now();
    slot.busy = false;
    tally.count(status, slot.intendedAt, now);
    plan.onAnswer?.(slot.n, status, slot.intendedAt);
    if (now >= stopAt) return;
    if (plan.rate === undefined) send(slot, now);
    else if (backlog.length > 0) send(slot, backlog.shift() ?? now);
  };

  const slots = await Promise.all(Array.from({ length: plan.connections }, () => openSlot(plan.port, finish)));
  const sendOrWait = (intendedAt: number) => {
    const free = slots.find((slot) => !slot.busy);
    if (free) send(free, intendedAt);
    else backlog.push(intendedAt);
  };
  if (plan.rate === undefined) for (const slot of slots) send(slot, performance.now());
  else await pace(plan.rate, started, stopAt, () => exhausted, sendOrWait);
  await drained(() => slots.every((slot) => !slot.busy) && (exhausted || performance.now() >= stopAt), stopAt + 30_000);
  for (const slot of slots) slot.socket.destroy();
  return tally.result();
}

/** Counts answers and their latencies, from `countFrom` on. */
function createTally(countFrom: number) {
  const latencies: number[] = [];
  const count = { answered: 0, ok: 0, failed: 0 };
  return {
    count(status: number, intendedAt: number, now: number): void {
      if (now < countFrom) return;
      count.answered++;
      if (status === 200) count.ok++;
      else count.failed++;
      latencies.push(now - intendedAt);
    },
    result(): LoadResult {
      const seconds = (performance.now() - countFrom) / 1000;
      latencies.sort((a, b) => a - b);
      const at = (share: number) =>
        latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
      const rate = count.answered / seconds;
      return { ...count, seconds, rate, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: latencies.at(-1) ?? 0 };
    },
  };
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
