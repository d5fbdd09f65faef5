import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { allEvents } from './catalogue.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');
const names = readdirSync(FIXTURES);
const byName = new Map(allEvents.map((event) => [`${event.type}.v${event.version}.golden.json`, event]));

describe('golden samples', () => {
  test('every event has one, and every sample an event', () => {
    expect(names.sort()).toEqual([...byName.keys()].sort());
  });

  test.each(names)('%s is read by today’s schema, to the last field', (name) => {
    const sample = JSON.parse(readFileSync(path.join(FIXTURES, name), 'utf8')) as { data: unknown; producer: string };
    const event = byName.get(name);
    expect(event?.parse(sample.data)).toEqual(sample.data);
    expect(event?.topic).toBe(`${sample.producer}.events`);
  });
});

test('an event’s type is a past-tense fact in kebab case', () => {
  for (const { type } of allEvents) expect(type).toMatch(/^[a-z-]+\.[a-z-]+$/);
});

test('fields that name or number a person are marked', () => {
  const personal = Object.fromEntries(allEvents.map((event) => [event.type, event.personal]));
  expect(personal['payment.received']).toEqual(['reference', 'narrative', 'number', 'payerNames']);
  expect(personal['customer.saved']).toEqual(['name', 'phone', 'email', 'contacts']);
});
