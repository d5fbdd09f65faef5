import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { interleave, median, spread } from '../src/rounds.ts';
import { generate } from './generator.ts';
import { createPlayer } from './play.ts';

const WARM_UP = 900;
const ROUNDS = 15;
/**
 * Payments of a round: few, so that a slow moment of the machine falls on all sizes. Warm-up and rounds together are no
 * more than the smallest month has customers.
 */
const PAYMENTS = 100;
const FLOOR = 1.5;

/** What a round cost: microseconds of each decision, and CPU time of a payment with all that belongs to it. */
type Round = { p50: number; p99: number; cpu: number };

/** A generated month that is played a piece at a time. */
type Course = { play(payments: number): Float64Array; loadSeconds: number; memoryMb: number };

/**
 * What a decision costs by number of open invoices, as Markdown: the sizes take turns within each round, so that a
 * machine that slows down slows all of them, and are told as ratios to the smallest.
 * @param sizes open invoices, ascending; each once over 24 businesses and once in one
 */
export async function speed(sizes: readonly number[]): Promise<string[]> {
  const lines = [
    `| open invoices | p50 to ${first(sizes)}'s, median (lowest to highest of ${ROUNDS} rounds), at most ${FLOOR} | p50 µs | p99 µs | CPU µs a payment | loaded in s of CPU | memory MB |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const businesses of [24, 1]) lines.push(...(await grow(sizes, businesses)));
  return lines;
}

const first = (sizes: readonly number[]): string => (sizes[0] ?? 0).toLocaleString('en');

async function grow(sizes: readonly number[], businesses: number): Promise<string[]> {
  const courses = new Map(sizes.map((invoices) => [String(invoices), begin(businesses, invoices)]));
  for (const course of courses.values()) course.play(WARM_UP);
  const rounds = await interleave([...courses.keys()], ROUNDS, async (name) => measure(courses.get(name)));
  const [base = []] = Object.values(rounds);
  return sizes.map((invoices) => {
    const own = rounds[String(invoices)] ?? [];
    const course = courses.get(String(invoices));
    return `| ${[
      `${invoices.toLocaleString('en')} in ${businesses === 1 ? 'one business' : `${businesses} businesses`}`,
      spread(
        own.map(({ p50 }, round) => p50 / (base[round]?.p50 ?? Number.NaN)),
        2,
      ),
      median(own.map(({ p50 }) => p50)).toFixed(0),
      median(own.map(({ p99 }) => p99)).toFixed(0),
      median(own.map(({ cpu }) => cpu)).toFixed(0),
      course?.loadSeconds.toFixed(2),
      course?.memoryMb.toFixed(0),
    ].join(' | ')} |`;
  });
}

function measure(course: Course | undefined): Round {
  const start = process.cpuUsage();
  const sorted = course?.play(PAYMENTS).sort() ?? new Float64Array();
  const { user, system } = process.cpuUsage(start);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), cpu: (user + system) / PAYMENTS };
}

function begin(businesses: number, invoices: number): Course {
  const month = generate({ seed: 11, businesses, invoices, payments: WARM_UP + ROUNDS * PAYMENTS });
  const before = liveBytes();
  const start = process.cpuUsage();
  const { engine, take } = createPlayer(month, { feedback: 'day' });
  for (const payment of month.payments.slice(0, 1)) engine.stateFor(payment);
  const { user, system } = process.cpuUsage(start);
  const memoryMb = (liveBytes() - before) / 2 ** 20;
  let next = 0;
  const goOn = (count: number) => {
    const part = month.payments.slice(next, next + count);
    next += count;
    return Float64Array.from(part, (payment) => take(payment).micros);
  };
  return { play: goOn, loadSeconds: (user + system) / 1e6, memoryMb };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The heap and what is kept beside it, which one collection lets go of and the next has seen gone. */
function liveBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
