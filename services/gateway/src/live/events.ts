import { allEvents } from '@malipo/events';
import type { Received, Subscription } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { toLiveMessage } from '../domain/live-message.ts';

/** What people watch happen; the other topics say nothing that a screen shows at once. */
export const liveTopics: readonly string[] = ['invoice.events', 'payment.events', 'reconciliation.events'];

const liveEvents = allEvents.filter((event) => liveTopics.includes(event.topic));
const personalOf = new Map(liveEvents.map((event) => [event.type, event.personal]));

/** Older news is no news: a new group begins at the start of the topics. */
const NEWS_MS = 10 * 60_000;

/** Hands events on to whoever watches; a message may come twice, and is lost where Redis is down. */
export const liveSubscription = (deps: Deps): Subscription => ({
  name: 'live',
  paceMs: 100,
  standsBack: true,
  events: liveEvents,
  wants: () => deps.feed.watched(),
  handle: async (slice) => {
    const since = deps.now().getTime() - NEWS_MS;
    const news = slice.filter((event) => Date.parse(event.occurredAt) >= since);
    if (news.length > 0) await deps.feed.publish(news.map(toPost));
  },
});

const toPost = (event: Received) => ({
  organisationId: event.organisationId,
  message: () => toLiveMessage(event, personalOf.get(event.type) ?? []),
});
