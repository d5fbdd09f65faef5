import { runLoad } from '../http-load.ts';
import type { Rig } from '../rig.ts';
import type { PaidWatch } from './paid-watch.ts';
import type { Callback } from './tenants.ts';

export type Phase = {
  offered: number | 'flat out';
  acked: number;
  failed: number;
  /** Acknowledgements: from the intended send to the answer. */
  ackP99Ms: number;
  /** Invoices that read as paid per second, from the first send to the last paid one. */
  paidPerSecond: number;
  unpaid: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Of everything: services, MongoDB, Kafka, Redis; not of the load generator. */
  cpuMsPerPayment: number;
  /** p99 by organisation, for telling small from hot. */
  p99Of(tenants: ReadonlySet<number>): number;
};

export type PhasePlan = { rate?: number; seconds: number; connections?: number; drainMs?: number };

/** Sends callbacks from `queue` and waits until their invoices read as paid. */
export async function runPhase(
  rig: Rig,
  watch: PaidWatch,
  queue: Callback[],
  { rate, seconds, connections = 128, drainMs = 60_000 }: PhasePlan,
): Promise<Phase> {
  const sent: { callback: Callback; intendedAt: number; status: number }[] = [];
  const taken: Callback[] = [];
  const before = watch.seen.size;
  const cpuBefore = rig.cpu();
  const startedAt = performance.now();
  const load = await runLoad({
    port: rig.ports.payment,
    connections,
    ...(rate === undefined ? {} : { rate }),
    durationMs: seconds * 1000,
    next: (n) => {
      const callback = queue.pop();
      if (callback) taken[n] = callback;
      return callback;
    },
    onAnswer: (n, status, intendedAt) => {
      const callback = taken[n];
      if (callback) sent.push({ callback, intendedAt, status });
    },
  });
  const acked = sent.filter((one) => one.status === 200);
  await watch.until(before + acked.length, drainMs);
  const cpu = rig.cpu() - cpuBefore;
  const latencyOf = acked.map(({ callback, intendedAt }) => ({
    tenant: callback.tenant,
    ms: (watch.seen.get(callback.invoiceId) ?? Number.NaN) - intendedAt,
  }));
  const paid = latencyOf.filter((one) => !Number.isNaN(one.ms));
  const lastPaid = Math.max(...acked.map(({ callback }) => watch.seen.get(callback.invoiceId) ?? 0));
  const sorted = paid.map((one) => one.ms).sort((a, b) => a - b);
  return {
    offered: rate ?? 'flat out',
    acked: acked.length,
    failed: sent.length - acked.length,
    ackP99Ms: load.p99Ms,
    paidPerSecond: paid.length / ((lastPaid - startedAt) / 1000),
    unpaid: acked.length - paid.length,
    p50Ms: at(sorted, 0.5),
    p99Ms: at(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
    cpuMsPerPayment: (cpu * 1000) / acked.length,
    p99Of: (tenants) =>
      at(
        paid
          .filter((one) => tenants.has(one.tenant))
          .map((one) => one.ms)
          .sort((a, b) => a - b),
        0.99,
      ),
  };
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
