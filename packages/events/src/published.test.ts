import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineEvent } from '@malipo/service-kit/event';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allEvents } from './catalogue.ts';
import { breaksBetween, type Shape, shapeOf } from './published.ts';

const FILE = path.resolve(import.meta.dirname, '../published.json');
const published = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Shape>;

describe('while replicas of two versions run side by side', () => {
  test.each(Object.entries(published))('%s is read by the earlier and by today’s', (name, shape) => {
    const event = allEvents.find(({ type, version }) => name === `${type} v${version}`);
    expect(event, `${name} lies in topics that are kept for ever`).toBeDefined();
    if (event) expect(breaksBetween(shape, shapeOf(event)), 'make it a new version beside this one').toEqual([]);
  });

  test('what is published is written down', () => {
    const today = Object.fromEntries(allEvents.map((event) => [`${event.type} v${event.version}`, shapeOf(event)]));
    expect(published, 'run node_modules/.bin/node scripts/src/docs/events.ts').toEqual(today);
  });
});

const of = (data: z.ZodType) =>
  shapeOf(defineEvent({ type: 'thing.happened', version: 1, topic: 'thing.events', data }));
const line = z.object({ id: z.string(), note: z.string().optional() });
const before = of(z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(line) }));

test.each<[string, z.ZodType]>([
  [
    'a new field that may be left out',
    z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(line), by: line.optional() }),
  ],
  [
    'one within a list',
    z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(line.extend({ tag: z.string().optional() })) }),
  ],
  [
    'another description',
    z.object({ id: z.uuid().describe('its own'), kind: z.enum(['a', 'b']), lines: z.array(line) }),
  ],
])('%s breaks nobody', (_what, data) => {
  expect(breaksBetween(before, of(data))).toEqual([]);
});

test.each<[string, z.ZodType, string]>([
  ['a field that is gone', z.object({ id: z.uuid(), lines: z.array(line) }), 'kind was'],
  ['a further choice', z.object({ id: z.uuid(), kind: z.enum(['a', 'b', 'c']), lines: z.array(line) }), 'kind was'],
  [
    'a field of another kind',
    z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(z.string()) }),
    'lines[] was',
  ],
  [
    'a field that may be left out now',
    z.object({ id: z.uuid().optional(), kind: z.enum(['a', 'b']), lines: z.array(line) }),
    'id was',
  ],
  [
    'a new field that must be there',
    z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(line), by: z.string() }),
    'by is new',
  ],
  [
    'one within a list that must be',
    z.object({ id: z.uuid(), kind: z.enum(['a', 'b']), lines: z.array(line.extend({ tag: z.string() })) }),
    'lines[].tag is new',
  ],
])('%s breaks consumers', (_what, data, said) => {
  expect(breaksBetween(before, of(data))[0]).toContain(said);
});
