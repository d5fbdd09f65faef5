import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { allEvents } from '@malipo/events';
import { z } from 'zod';

type Property = {
  type?: string;
  description?: string;
  enum?: string[];
  anyOf?: Property[];
  items?: Property;
  personal?: boolean;
  format?: string;
  const?: string;
};

/** The event catalogue as Markdown, from the very schemas that the services run. */
export function eventCatalogue(): string {
  const topics = Map.groupBy(allEvents, (event) => event.topic);
  const sections = [...topics].map(([topic, events]) => `## ${topic}\n\n${events.map(section).join('\n')}`);
  return `# Events\n\nGenerated from \`packages/events\` by \`node_modules/.bin/node scripts/src/docs/events.ts\`; a test fails when it is stale. Every message has the same envelope: id, type, version, occurredAt, producer, organisationId, subject with its version, correlationId, causationId, data; W3C \`traceparent\` in the header. The key is the organisation.\n\n${sections.join('\n')}`;
}

function section(event: (typeof allEvents)[number]): string {
  const schema = z.toJSONSchema(event.data, { unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const personal = event.personal.some((path) => path === name || path.startsWith(`${name}.`));
    return `| \`${name}\` | ${typeOf(property)}${schema.required?.includes(name) ? '' : ', optional'} | ${personal ? '**personal** ' : ''}${property.description ?? ''} |`;
  });
  return `### ${event.type} v${event.version}\n\n| field | type | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function typeOf(property: Property): string {
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(' ');
  if (property.const) return `\`${property.const}\``;
  if (property.anyOf) return property.anyOf.map(typeOf).join(' or ');
  if (property.type === 'array') return `list of ${typeOf(property.items ?? {})}`;
  return property.format ? `${property.type} (${property.format})` : (property.type ?? 'any');
}

if (import.meta.main) await writeFile(path.resolve(import.meta.dirname, '../../../docs/events.md'), eventCatalogue());
