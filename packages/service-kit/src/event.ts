import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What every message on Kafka looks like. Times are ISO with `Z`. */
export type Envelope<Data = unknown> = {
  id: string;
  type: string;
  version: number;
  occurredAt: string;
  producer: string;
  organisationId: string;
  /** What the event is about, with that thing's own version: consumers ignore older ones. */
  subject: { id: string; version: number };
  /** The same for everything that one outside cause set off. */
  correlationId: string;
  /** The event or request that led to this one. */
  causationId: string | null;
  data: Data;
};

/** An event ready for the outbox: serialised once, published as it is. */
export type OutgoingEvent = {
  id: string;
  type: string;
  topic: string;
  key: string;
  value: string;
  traceparent: string | null;
};

/** Where an event comes from: the received event or HTTP request that caused it. */
export type Cause = { correlationId: string; causationId: string | null; traceparent: string | null };

export type EventDefinition<Type extends string = string, Data = unknown> = {
  type: Type;
  version: number;
  topic: string;
  /** Paths of fields marked as personal data: kept out of logs and spans. */
  personal: readonly string[];
  data: z.ZodType<Data>;
  parse(value: unknown): Data;
  create(data: Data, about: About): OutgoingEvent;
};

export type DataOf<Definition> = Definition extends EventDefinition<string, infer Data> ? Data : never;

type About = {
  organisationId: string;
  subject: { id: string; version: number };
  at: Date;
  cause?: Cause | undefined;
  id?: string;
};

/** Marks a field as personal data (Kenya DPA 2019): the kit keeps it out of logs and spans. */
export const personal = <Schema extends z.ZodType>(schema: Schema): Schema => schema.meta({ personal: true });

/**
 * Defines an event: a past-tense fact with a schema. Adding an optional field keeps the version; anything else is a new
 * version beside the old one, under its own name. The key is the organisation, so that one organisation's facts stay in one
 * partition.
 * @param definition.topic the producing service's topic, `payment.events`
 */
export function defineEvent<Type extends string, Schema extends z.ZodType>(definition: {
  type: Type;
  version: number;
  topic: string;
  data: Schema;
}): EventDefinition<Type, z.output<Schema>> {
  const { type, version, topic, data } = definition;
  const producer = topic.split('.')[0] ?? topic;
  return {
    type,
    version,
    topic,
    personal: personalPaths(data),
    data: data as unknown as z.ZodType<z.output<Schema>>,
    parse: (value) => data.parse(value) as z.output<Schema>,
    create(payload, { organisationId, subject, at, cause, id = randomUUID() }) {
      const envelope: Envelope<z.output<Schema>> = {
        id,
        type,
        version,
        occurredAt: at.toISOString(),
        producer,
        organisationId,
        subject,
        correlationId: cause?.correlationId ?? id,
        causationId: cause?.causationId ?? null,
        data: payload,
      };
      return {
        id,
        type,
        topic,
        key: organisationId,
        value: JSON.stringify(envelope),
        traceparent: cause?.traceparent ?? null,
      };
    },
  };
}

function personalPaths(schema: z.ZodType, path = ''): string[] {
  const here = schema.meta()?.personal === true && path ? [path] : [];
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>;
    return [
      ...here,
      ...Object.entries(shape).flatMap(([name, field]) => personalPaths(field, path ? `${path}.${name}` : name)),
    ];
  }
  const inner =
    (schema as { unwrap?: () => z.ZodType }).unwrap?.() ??
    (schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined);
  return inner ? [...here, ...personalPaths(inner, path)] : here;
}
