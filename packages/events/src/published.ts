import type { EventDefinition } from '@malipo/service-kit/event';
import { z } from 'zod';

/** What the fields of an event hold, by path: `allocations[].version`; a field that may be left out ends in `?`. */
export type Shape = Readonly<Record<string, string>>;

type Schema = {
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
};

/** What is said about a field changes nothing for who reads it. */
const ASIDE = new Set(['$schema', 'description', 'personal']);

/** The shape of an event's data, as consumers read it. */
export function shapeOf({ data }: Pick<EventDefinition, 'data'>): Shape {
  const schema = z.toJSONSchema(data, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.fromEntries(linesOf('', schema));
}

function linesOf(path: string, schema: Schema): [string, string][] {
  const { properties, required = [], items } = schema;
  if (properties) {
    const fields = Object.entries(properties).flatMap(([name, field]) =>
      linesOf(`${path ? `${path}.` : ''}${name}${required.includes(name) ? '' : '?'}`, field),
    );
    return [[path, 'object'], ...fields];
  }
  if (items) return [[path, 'list'], ...linesOf(`${path}[]`, items)];
  return [[path, JSON.stringify(schema, ofImport)]];
}

/** A format's pattern says again what the format says, in words that may differ from one release of zod to the next. */
function ofImport(this: Schema, key: string, value: unknown): unknown {
  return ASIDE.has(key) || (key === 'pattern' && this.format) ? undefined : value;
}

/**
 * What a consumer of the published shape could not read in an event of today's, or one of today's in a published event: all
 * but new fields that may be left out.
 */
export function breaksBetween(published: Shape, today: Shape): string[] {
  const changed = Object.entries(published).flatMap(([path, kind]) =>
    today[path] === kind ? [] : [`${path || 'data'} was ${kind}, is ${today[path] ?? 'gone'}`],
  );
  const added = Object.keys(today).filter((path) => !(path in published) && parentOf(path) in published);
  return [...changed, ...added.filter((path) => !path.endsWith('?')).map((path) => `${path} is new and must be there`)];
}

const parentOf = (path: string): string => path.replace(/(\[\]|\.?[^.[]+)$/, '');
