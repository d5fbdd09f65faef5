import type { Base } from '@malipo/service-kit';
import type { z } from 'zod';
import type { Deps } from './commands/work.ts';
import type { config } from './config.ts';
import { createBooks } from './memory/books.ts';
import { createFigures } from './metrics.ts';
import { collectionsOf } from './store/collections.ts';
import { createJudgementReads } from './store/judgements.ts';
import { createPeople } from './store/people.ts';
import { createReads } from './store/reads.ts';
import { createReviewSettings } from './store/review-settings.ts';
import { createRunStore } from './store/runs.ts';

/** How often jobs look for work, in milliseconds. */
export type JobSettings = {
  checkEveryMs: number;
  wakeEveryMs: number;
  countOverdueEveryMs: number;
};

/** What jobs work with: all that commands do, and the pace. */
export type JobDeps = Deps & { settings: JobSettings };

export function createDeps(base: Base<z.output<z.ZodObject<typeof config>>>): JobDeps {
  const collections = collectionsOf(base.mongo.db);
  const reads = createReads(collections);
  return {
    ...base,
    collections,
    reads,
    books: createBooks(reads, base.config.MALIPO_RECONCILIATION_MEMORY, base.metrics),
    judgements: createJudgementReads(collections),
    figures: createFigures(base.metrics),
    people: createPeople(collections),
    reviewSettings: createReviewSettings(collections),
    runStore: createRunStore(collections, base.config.MALIPO_RECONCILIATION_LEASE_MS, base.mongo),
    settings: {
      checkEveryMs: base.config.MALIPO_RECONCILIATION_CHECK_MS,
      wakeEveryMs: base.config.MALIPO_RECONCILIATION_WAKE_MS,
      countOverdueEveryMs: base.config.MALIPO_RECONCILIATION_OVERDUE_MS,
      judgeEveryMs: base.config.MALIPO_RECONCILIATION_JUDGE_MS,
      refitEveryMs: base.config.MALIPO_RECONCILIATION_REFIT_MS,
      refitAfter: base.config.MALIPO_RECONCILIATION_REFIT_AFTER,
      standsAfterDays: base.config.MALIPO_RECONCILIATION_STANDS_AFTER_DAYS,
    },
  };
}
