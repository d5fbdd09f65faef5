import type { EventDefinition } from '@malipo/service-kit/event';
import * as identity from './identity-events.ts';
import * as invoice from './invoice-events.ts';
import * as notification from './notification-events.ts';
import * as payment from './payment-events.ts';
import * as reconciliation from './reconciliation-events.ts';

const isEvent = (value: unknown): value is EventDefinition =>
  typeof value === 'object' && value !== null && 'topic' in value && 'create' in value;

/** Every event of the platform, by topic and type; the generated catalogue and the golden samples are checked against it. */
export const allEvents: readonly EventDefinition[] = [identity, invoice, payment, reconciliation, notification]
  .flatMap((module) => Object.values(module).filter(isEvent) as EventDefinition[])
  .sort((a, b) => `${a.topic} ${a.type}`.localeCompare(`${b.topic} ${b.type}`));

export const allTopics: readonly string[] = [...new Set(allEvents.map((event) => event.topic))];
