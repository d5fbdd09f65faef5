import { generate } from './generator.ts';
import { play } from './play.ts';

/** No more than the smallest month has customers. */
const PAYMENTS = 2_400;
const WARM_UP = 1_200;

/** Plays generated months of growing size and tells what a payment costs; the first payments warm the machine up. */
export function speed(sizes: readonly number[]): string[] {
  const lines: string[] = [];
  for (const businesses of [24, 1]) {
    for (const invoices of sizes) lines.push(measure(businesses, invoices));
  }
  return lines;
}

function measure(businesses: number, invoices: number): string {
  const month = generate({ seed: 11, businesses, invoices, payments: PAYMENTS });
  const before = process.memoryUsage().heapUsed;
  const start = process.cpuUsage();
  let cpu = start;
  let loaded = 0;
  let memory = 0;
  let seen = 0;
  const { micros } = play(month, {
    feedback: 'day',
    watch: () => {
      if (seen === 0) {
        loaded = total(process.cpuUsage(start));
        memory = process.memoryUsage().heapUsed - before;
      }
      if (seen === WARM_UP) cpu = process.cpuUsage();
      seen++;
    },
  });
  const spent = total(process.cpuUsage(cpu)) / (micros.length - WARM_UP);
  const sorted = [...micros.subarray(WARM_UP)].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(sorted.length * share)] ?? 0) / 1000).toFixed(2);
  return [
    `${invoices} open in ${businesses} business${businesses > 1 ? 'es' : ''}:`,
    `loaded in ${(loaded / 1e6).toFixed(2)} s of CPU, ${(memory / 2 ** 20).toFixed(0)} MB of heap;`,
    `${spent.toFixed(0)} µs of CPU a payment (${Math.round(1e6 / spent)}/s), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  ].join(' ');
}

const total = (used: NodeJS.CpuUsage): number => used.user + used.system;
