import { AppError } from '../errors.ts';
import type { EventDefinition } from '../event.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { failSpan, isSampled, type Span, SpanKind, type Tracing, traceparentOf } from '../tracing.ts';
import type { DeadLetters, SliceSoFar } from './dead-letters.ts';
import { createLag } from './lag.ts';
import type { RawMessage } from './message.ts';
import { decode, isForeign, type Received } from './received.ts';
import { processWithRetry } from './slices.ts';
import { maxSliceOf, type Subscription } from './subscription.ts';

type WorkerOptions = {
  subscription: Subscription;
  deadLetters: DeadLetters;
  tracing: Tracing;
  log: Logger;
  metrics: Metrics;
  stopping: AbortSignal;
  maxBatch: number;
  /** Does the database take other, small transactions right now? */
  othersPass(): Promise<boolean>;
};

/**
 * Turns gathered pieces into slices of at most `maxSlice` events that somebody here wants, and works them off in order.
 * `hasMore` where more waits at the broker already.
 */
export function createSliceWorker(
  options: WorkerOptions,
): (pieces: RawMessage[][], hasMore: boolean) => Promise<undefined[]> {
  const { subscription, metrics } = options;
  const definitions = new Map<string, EventDefinition>(
    subscription.events.map((event) => [`${event.type}.v${event.version}`, event]),
  );
  const maxSlice = maxSliceOf(options);
  const group = subscription.name;
  const sizes = metrics.sizes('malipo_slice_size', 'events per slice', ['group']);
  const seconds = metrics.seconds('malipo_slice_seconds', 'time to work off a slice', ['group']);
  const lag = createLag(metrics, group);
  const skipped = metrics.counter('malipo_events_skipped_total', 'events of a type that nobody here subscribes to', [
    'group',
  ]);

  const one = async (messages: RawMessage[]) => {
    const started = performance.now();
    lag.begin(messages.at(-1)?.message.timestamp ?? Date.now());
    try {
      const { events, held } = await readable(messages, definitions, options, () => skipped.inc({ group }));
      const failed = events.length > 0 ? await work(events, options) : [];
      await park([...held, ...failed], messages, options);
    } finally {
      lag.done();
    }
    sizes.observe({ group }, messages.length);
    seconds.observe({ group }, (performance.now() - started) / 1000);
  };

  return async (pieces, hasMore) => {
    const messages = pieces.flat();
    const wanted = await subscription.wants?.();
    const isPassedOver = (raw: RawMessage) =>
      isForeign(raw, definitions) || wanted === 'nothing' || wanted?.(String(raw.message.key)) === false;
    const [foreign, ours] = split(messages, isPassedOver);
    skipped.inc({ group }, foreign.length);
    await options.deadLetters.forgetReplayed(foreign);
    for (let from = 0; from < ours.length; from += maxSlice) await one(ours.slice(from, from + maxSlice));
    if (!hasMore) lag.caughtUp();
    return pieces.map(() => undefined);
  };
}

/** Those of which it is true, and the others, each in order. */
function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const item of items) parts[isFirst(item) ? 0 : 1].push(item);
  return parts;
}

async function readable(
  messages: RawMessage[],
  definitions: ReadonlyMap<string, EventDefinition>,
  { deadLetters }: WorkerOptions,
  skip: () => void,
): Promise<{ events: Read[]; held: Held[] }> {
  await deadLetters.refresh(messages);
  const events: Read[] = [];
  const held: Held[] = [];
  const slice: SliceSoFar = { ahead: new Set(), held: new Set() };
  const hold = (one: Held) => {
    held.push(one);
    if (one.subject !== null) slice.held.add(one.subject);
  };
  for (const raw of messages) {
    if (deadLetters.isForAnother(raw)) {
      skip();
      continue;
    }
    if (deadLetters.isDiscarded(raw)) {
      await deadLetters.forgetReplayed([raw]);
      continue;
    }
    const decoded = decode(raw, definitions);
    if (decoded.kind === 'broken') hold({ raw, subject: decoded.subject, reason: decoded.reason, code: 'unreadable' });
    if (decoded.kind === 'unknown') {
      skip();
      await deadLetters.forgetReplayed([raw]);
    }
    if (decoded.kind !== 'event') continue;
    const { event } = decoded;
    const subject = event.subject.id;
    const turn = deadLetters.turnOf(raw, subject, slice);
    if (turn === 'now') events.push({ raw, event });
    if (turn === 'park') hold({ raw, subject, reason: 'an earlier event about it is parked', code: 'behind_parked' });
  }
  return { events, held };
}

type Read = { raw: RawMessage; event: Received };
/** A message to be parked, and why. */
type Held = { raw: RawMessage; subject: string | null; reason: string; code: string };

/** Parks in the order of the slice, whatever the reasons: nothing may overtake in the line of a subject. */
async function park(held: readonly Held[], messages: readonly RawMessage[], { deadLetters }: WorkerOptions) {
  const heldOf = new Map(held.map((one) => [one.raw, one]));
  for (const raw of messages) {
    const one = heldOf.get(raw);
    if (one) await deadLetters.park(raw, one.subject, one.reason, one.code);
  }
}

/** @returns what could not be worked off */
async function work(
  read: Read[],
  { subscription, deadLetters, othersPass, tracing, log, stopping }: WorkerOptions,
): Promise<Held[]> {
  const slice = read.map(({ event }) => event);
  const spans = hopSpans(slice, subscription.name, tracing);
  try {
    const { parked } = await processWithRetry(slice, { handle: subscription.handle, othersPass, log, stopping });
    const errorOf = new Map(parked.map(({ event, error }) => [event, error]));
    await deadLetters.forgetReplayed(read.flatMap(({ raw, event }) => (errorOf.has(event) ? [] : [raw])));
    for (const [event, span] of spans) {
      if (errorOf.has(event)) failSpan(span, errorOf.get(event));
      else span.end();
    }
    return read.flatMap(({ raw, event }) => (errorOf.has(event) ? [toHeld(raw, event, errorOf.get(event))] : []));
  } catch (error) {
    for (const span of spans.values()) failSpan(span, error);
    throw error;
  }
}

const toHeld = (raw: RawMessage, event: Received, error: unknown): Held => ({
  raw,
  subject: event.subject.id,
  reason: String(error),
  code: error instanceof AppError ? error.code : 'unexpected',
});

/** Each sampled event gets a span of its own at this hop, and what it leads to becomes that span's child. */
function hopSpans(slice: readonly Received[], group: string, tracing: Tracing): Map<Received, Span> {
  const spans = new Map<Received, Span>();
  for (const event of slice) {
    if (!isSampled(event.cause.traceparent)) continue;
    const span = tracing.span(`${group} ${event.type}`, event.cause.traceparent, {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination.name': event.topic,
        'malipo.event.id': event.id,
        'malipo.subject.id': event.subject.id,
      },
    });
    if (!span) continue;
    event.cause.traceparent = traceparentOf(span);
    spans.set(event, span);
  }
  return spans;
}
