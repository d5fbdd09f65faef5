import type { Base, OutgoingEvent } from '@malipo/service-kit';
import type { Deciding, Unit } from '../domain/unit.ts';
import type { Books } from '../memory/books.ts';
import type { ReconciliationMetrics } from '../metrics.ts';
import type { Collections } from '../store/collections.ts';
import type { JudgementReads } from '../store/judgements.ts';
import type { People } from '../store/people.ts';
import type { Reads } from '../store/reads.ts';
import type { ReviewSettingsStore } from '../store/review-settings.ts';
import type { RunStore } from '../store/runs.ts';

/** One organisation's changes, with the events that announce them. */
export type Work = Unit<OutgoingEvent>;

/** The same where the engine decides. */
export type Decisions = Deciding<OutgoingEvent>;

/** What commands work with. */
export type Deps = Base & {
  collections: Collections;
  reads: Reads;
  books: Books;
  figures: ReconciliationMetrics;
  people: People;
  reviewSettings: ReviewSettingsStore;
  runStore: RunStore;
  judgements: JudgementReads;
  settings: LearningSettings;
};

/** How learning is paced. */
export type LearningSettings = {
  judgeEveryMs: number;
  refitEveryMs: number;
  /** Decisions of people that a refit waits for. */
  refitAfter: number;
  /** Days after which an automatic decision that nobody took back counts as right. */
  standsAfterDays: number;
};

const DAY_MS = 86_400_000;

/** Before this moment an automatic decision that nobody took back counts as right. */
export const stoodBefore = ({ now, settings }: Deps): Date =>
  new Date(now().getTime() - settings.standsAfterDays * DAY_MS);
