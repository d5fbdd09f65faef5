import type { Base, OutgoingEvent } from '@malipo/service-kit';
import type { Unit } from '../domain/unit.ts';
import type { Books } from '../memory/books.ts';
import type { ReconciliationMetrics } from '../metrics.ts';
import type { Collections } from '../store/collections.ts';
import type { People } from '../store/people.ts';
import type { Reads } from '../store/reads.ts';
import type { ReviewSettingsStore } from '../store/review-settings.ts';
import type { RunStore } from '../store/runs.ts';

/** One organisation's changes, with the events that announce them. */
export type Work = Unit<OutgoingEvent>;

/** What commands work with. */
export type Deps = Base & {
  collections: Collections;
  reads: Reads;
  books: Books;
  figures: ReconciliationMetrics;
  people: People;
  reviewSettings: ReviewSettingsStore;
  runStore: RunStore;
};
