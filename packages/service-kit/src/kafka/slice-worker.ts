import { AppError } from '../errors.ts';
import type { EventDefinition } from '../event.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { failSpan, isSampled, type Span, SpanKind, type Tracing, traceparentOf } from '../tracing.ts';
import type { DeadLetters } from './dead-letters.ts';
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
};

/** Turns gathered pieces into slices of at most `maxSlice` events that somebody here wants, and works them off in order. */
export function createSliceWorker(options: WorkerOptions): (pieces: RawMessage[][]) => Promise<undefined[]> {
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
      const events = await readable(messages, definitions, options, () => skipped.inc({ group }));
      if (events.length > 0) await work(events, options);
    } finally {
      lag.done();
    }
    sizes.observe({ group }, messages.length);
    seconds.observe({ group }, (performance.now() - started) / 1000);
  };

  return async (pieces) => {
    const messages = pieces.flat();
    const wanted = await subscription.wants?.();
    const isPassedOver = (raw: RawMessage) =>
      isForeign(raw, definitions) || wanted === 'nothing' || wanted?.(String(raw.message.key)) === false;
    const [foreign, ours] = split(messages, isPassedOver);
    skipped.inc({ group }, foreign.length);
    await options.deadLetters.forgetReplayed(foreign);
    for (let from = 0; from < ours.length; from += maxSlice) await one(ours.slice(from, from + maxSlice));
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
): Promise<Read[]> {
  await deadLetters.refresh();
  const events: Read[] = [];
  const ahead = new Set<string>();
  for (const raw of messages) {
    if (deadLetters.isForAnother(raw)) {
      skip();
      continue;
    }
    const decoded = decode(raw, definitions);
    if (decoded.kind === 'broken') await deadLetters.park(raw, decoded.subject, decoded.reason, 'unreadable');
    if (decoded.kind === 'unknown') {
      skip();
      await deadLetters.forgetReplayed([raw]);
    }
    if (decoded.kind !== 'event') continue;
    const { event } = decoded;
    const turn = deadLetters.turnOf(raw, event.subject.id, ahead);
    if (turn === 'now') events.push({ raw, event });
    if (turn === 'park')
      await deadLetters.park(raw, event.subject.id, 'an earlier event about it is parked', 'behind_parked');
  }
  return events;
}

type Read = { raw: RawMessage; event: Received };

async function work(read: Read[], { subscription, deadLetters, tracing, log, stopping }: WorkerOptions): Promise<void> {
  const slice = read.map(({ event }) => event);
  const spans = hopSpans(slice, subscription.name, tracing);
  try {
    const { parked } = await processWithRetry(slice, subscription.handle, log, stopping);
    const errorOf = new Map(parked.map(({ event, error }) => [event, error]));
    for (const { raw, event } of read) {
      if (!errorOf.has(event)) continue;
      const error = errorOf.get(event);
      const code = error instanceof AppError ? error.code : 'unexpected';
      await deadLetters.park(raw, event.subject.id, String(error), code);
    }
    await deadLetters.forgetReplayed(read.flatMap(({ raw, event }) => (errorOf.has(event) ? [] : [raw])));
    for (const span of spans) span.end();
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  }
}

/** Each sampled event gets a span of its own at this hop, and what it leads to becomes that span's child. */
function hopSpans(slice: readonly Received[], group: string, tracing: Tracing): Span[] {
  const spans: Span[] = [];
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
    spans.push(span);
  }
  return spans;
}
