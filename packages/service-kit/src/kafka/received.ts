import type { Message } from 'kafkajs';
import { z } from 'zod';
import type { Cause, DataOf, Envelope, EventDefinition } from '../event.ts';

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

/** Is this event of that definition? Narrows its data to the definition's. */
export const isEvent = <Definition extends EventDefinition>(
  definition: Definition,
  event: Received,
): event is ReceivedOf<Definition> => event.type === definition.type && event.version === definition.version;

export type RawMessage = {
  topic: string;
  partition: number;
  message: Pick<Message, 'value' | 'headers' | 'key'> & { offset: string; timestamp: string };
};

const EnvelopeShape = z.object({
  id: z.string().min(1),
  type: z.string(),
  version: z.int(),
  occurredAt: z.string(),
  producer: z.string(),
  organisationId: z.string().min(1),
  subject: z.object({ id: z.string(), version: z.number() }),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  data: z.unknown(),
});

export type Decoded =
  | { kind: 'event'; event: Received }
  | { kind: 'unknown'; type: string }
  | { kind: 'broken'; reason: string; subject: string | null };

/** Reads a message with the schemas of the events subscribed to; never throws. */
export function decode(raw: RawMessage, definitions: ReadonlyMap<string, EventDefinition>): Decoded {
  let json: unknown;
  try {
    json = JSON.parse(raw.message.value?.toString() ?? '');
  } catch {
    return { kind: 'broken', reason: 'not JSON', subject: null };
  }
  const envelope = EnvelopeShape.safeParse(json);
  if (!envelope.success)
    return { kind: 'broken', reason: `bad envelope: ${z.prettifyError(envelope.error)}`, subject: null };
  const { type, version, subject } = envelope.data;
  const definition = definitions.get(`${type}.v${version}`);
  if (!definition) return { kind: 'unknown', type };
  const data = definition.data.safeParse(envelope.data.data);
  if (!data.success) return { kind: 'broken', reason: `bad data: ${z.prettifyError(data.error)}`, subject: subject.id };
  return {
    kind: 'event',
    event: { ...envelope.data, data: data.data, ...placeOf(raw), cause: causeOf(raw, envelope.data) },
  };
}

const placeOf = (raw: RawMessage) => ({ topic: raw.topic, partition: raw.partition, offset: raw.message.offset });

const causeOf = (raw: RawMessage, envelope: { id: string; correlationId: string }): Cause => ({
  correlationId: envelope.correlationId,
  causationId: envelope.id,
  traceparent: raw.message.headers?.traceparent?.toString() ?? null,
});
