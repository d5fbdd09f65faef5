import { readFileSync } from 'node:fs';
import path from 'node:path';
import { allEvents } from '@malipo/events';
import { expect, test } from 'vitest';
import { commentsByEvent } from './comments.ts';
import { consumersByEvent } from './consumers.ts';
import { eventCatalogue } from './events.ts';

test('docs/events.md is what schemas, comments and subscriptions say', async () => {
  const written = readFileSync(path.resolve(import.meta.dirname, '../../../docs/events.md'), 'utf8');
  expect(written).toBe(await eventCatalogue());
});

test('who consumes an event is read from the subscriptions of the services', async () => {
  const consumers = await consumersByEvent();
  expect(consumers.get('payment.received')).toEqual(['analytics', 'gateway', 'reconciliation']);
  expect(consumers.get('organisation.created')).toEqual(['notification']);
  expect(consumers.get('message.sent')).toBeUndefined();
});

test('every event says in a comment what happened', () => {
  const comments = commentsByEvent();
  expect(allEvents.filter(({ type, version }) => !comments.get(`${type} v${version}`))).toEqual([]);
});
