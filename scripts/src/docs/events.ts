import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { allEvents } from '@malipo/events';
import { breaksBetween, type Shape, shapeOf } from '@malipo/events/published';
import { z } from 'zod';
import { commentsByEvent } from './comments.ts';
import { consumersByEvent } from './consumers.ts';

type Property = {
  type?: string | string[];
  description?: string;
  enum?: string[];
  anyOf?: Property[];
  oneOf?: Property[];
  properties?: Record<string, Property>;
  items?: Property;
  personal?: boolean;
  format?: string;
  const?: string;
};

const HEAD = `# Events

Generated from \`packages/events\` and the services' subscriptions by \`node_modules/.bin/node scripts/src/docs/events.ts\`; a test fails when it is stale. Every message has the same envelope: id, type, version, occurredAt, producer, organisationId, subject with its version, correlationId, causationId, data; W3C \`traceparent\` in the header. The key is the organisation. The topic carries the name of its one producer.`;

/** The event catalogue as Markdown, from the very schemas and subscriptions that the services run. */
export async function eventCatalogue(): Promise<string> {
  const known: Known = { comments: commentsByEvent(), consumers: await consumersByEvent() };
  const topics = Map.groupBy(allEvents, (event) => event.topic);
  const sections = [...topics].map(
    ([topic, events]) => `## ${topic}\n\n${events.map((event) => section(event, known)).join('\n')}`,
  );
  return `${HEAD}\n\n${sections.join('\n')}`;
}

type Known = {
  comments: ReturnType<typeof commentsByEvent>;
  consumers: Awaited<ReturnType<typeof consumersByEvent>>;
};

function section(event: (typeof allEvents)[number], { comments, consumers }: Known): string {
  const schema = z.toJSONSchema(event.data, { unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const personal = event.personal.some((path) => path === name || path.startsWith(`${name}.`));
    return `| \`${name}\` | ${typeOf(property)}${schema.required?.includes(name) ? '' : ', optional'} | ${personal ? '**personal** ' : ''}${property.description ?? ''} |`;
  });
  const title = `${event.type} v${event.version}`;
  const about = `${comments.get(title)}\n\nConsumers: ${consumers.get(event.type)?.join(', ') ?? 'none yet'}.`;
  return `### ${title}\n\n${about}\n\n| field | type | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function typeOf(property: Property): string {
  const { format, type = 'any' } = property;
  const choices = property.anyOf ?? property.oneOf;
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(' ');
  if (property.const) return `\`${property.const}\``;
  if (choices) return choices.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${typeOf(property.items ?? {})}`;
  if (property.properties) return `object (${Object.entries(property.properties).map(memberOf).join(', ')})`;
  if (typeof type !== 'string') return type.join(' or ');
  return format ? `${type} (${format})` : type;
}

/** A member's type is told where its name does not tell it: of several kinds of object. */
const memberOf = ([name, property]: [string, Property]): string =>
  property.const ? `\`${name}\` ${typeOf(property)}` : `\`${name}\``;

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PUBLISHED = path.join(ROOT, 'packages/events/published.json');

/**
 * Writes down what consumers may rely on from now on.
 * @throws {Error} where an event is no more what was published: it needs a version of its own
 */
async function publish(): Promise<void> {
  const before = JSON.parse(await readFile(PUBLISHED, 'utf8')) as Record<string, Shape>;
  const today = Object.fromEntries(allEvents.map((event) => [`${event.type} v${event.version}`, shapeOf(event)]));
  const breaks = Object.entries(before).flatMap(([name, shape]) =>
    breaksBetween(shape, today[name] ?? {}).map((what) => `${name}: ${what}`),
  );
  if (breaks.length > 0) throw new Error(`make it a new version beside the old one: ${breaks.join('; ')}`);
  await writeFile(PUBLISHED, `${JSON.stringify(today, null, 2)}\n`);
}

if (import.meta.main) {
  await publish();
  await writeFile(path.join(ROOT, 'docs/events.md'), await eventCatalogue());
}
