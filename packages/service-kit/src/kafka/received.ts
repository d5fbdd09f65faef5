import { z } from 'zod';
import type { Cause, DataOf, Envelope, EventDefinition } from '../event.ts';
import type { RawMessage } from './message.ts';

/** An event as a handler sees it: parsed, with its place in Kafka and the cause to hand on to what it leads to. */
export type Received<Data = unknown> = Envelope<Data> & {
  topic: string;
  partition: number;
  offset: string;
  cause: Cause;
};

/** The union of received events of several definitions, told apart by `type`. */
export type ReceivedOf<Definition> =
  Definition extends EventDefinition<infer Type, unknown> ? Received<DataOf<Definition>> & { type: Type } : never;

/** Those events of a slice that belong to these definitions, in order, with their types. */
export function only<Definition extends EventDefinition>(
  definitions: readonly Definition[],
  slice: readonly Received[],
): ReceivedOf<Definition>[] {
  const isOne = (event: Received): event is ReceivedOf<Definition> =>
    definitions.some(({ type, version }) => event.type === type && event.version === version);
  return slice.filter(isOne);
}

export type Decoded =
  | { kind: 'event'; event: Received }
  | { kind: 'unknown'; type: string }
  | { kind: 'broken'; reason: string; subject: string | null };

/** The beginning of every message that `defineEvent` makes. */
const HEAD = /^\{"id":"[^"\\]{1,100}","type":"([^"\\]{1,100})","version":(\d{1,6}),/;
const HEAD_BYTES = 240;

/**
 * Is it certain, without parsing it, that nobody here subscribes to this message? Most of what a group is sent belongs to
 * others.
 */
export function isForeign(raw: RawMessage, definitions: ReadonlyMap<string, EventDefinition>): boolean {
  const [, type, version] = HEAD.exec(raw.message.value?.toString('latin1', 0, HEAD_BYTES) ?? '') ?? [];
  return type !== undefined && !definitions.has(`${type}.v${version}`);
}

/** Reads a message with the schemas of the events subscribed to; never throws. */
export function decode(raw: RawMessage, definitions: ReadonlyMap<string, EventDefinition>): Decoded {
  let json: unknown;
  try {
    json = JSON.parse(raw.message.value?.toString() ?? '');
  } catch {
    return { kind: 'broken', reason: 'not JSON', subject: null };
  }
  const flaw = flawIn(json);
  if (flaw) return { kind: 'broken', reason: `bad envelope: ${flaw}`, subject: null };
  const envelope = json as Envelope;
  const { type, version, subject } = envelope;
  const definition = definitions.get(`${type}.v${version}`);
  if (!definition) return { kind: 'unknown', type };
  const data = definition.data.safeParse(envelope.data);
  if (!data.success) return { kind: 'broken', reason: `bad data: ${z.prettifyError(data.error)}`, subject: subject.id };
  const cause = causeOf(raw, envelope);
  return { kind: 'event', event: Object.assign(envelope, { data: data.data, ...placeOf(raw), cause }) };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFilled = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** By hand, since every consumer reads every message. */
const ENVELOPE: Record<Exclude<keyof Envelope, 'data'>, (value: unknown) => boolean> = {
  id: isFilled,
  type: isText,
  version: Number.isSafeInteger,
  occurredAt: isText,
  producer: isText,
  organisationId: isFilled,
  subject: (value) => isRecord(value) && isText(value['id']) && Number.isFinite(value['version']),
  correlationId: isText,
  causationId: (value) => value === null || isText(value),
};
const FIELDS = Object.entries(ENVELOPE);

/** @returns the first field of the envelope that is missing or of the wrong kind */
function flawIn(json: unknown): string | undefined {
  if (!isRecord(json)) return 'not an object';
  for (const [field, fits] of FIELDS) if (!fits(json[field])) return `${field} is missing or of the wrong kind`;
  return undefined;
}

const placeOf = (raw: RawMessage) => ({ topic: raw.topic, partition: raw.partition, offset: raw.message.offset });

const causeOf = (raw: RawMessage, envelope: { id: string; correlationId: string }): Cause => ({
  correlationId: envelope.correlationId,
  causationId: envelope.id,
  traceparent: raw.message.headers['traceparent']?.toString() ?? null,
});
