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

export function createDeps(base: Base<z.output<z.ZodObject<typeof config>>>): Deps {
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
    runStore: createRunStore(collections, base.config.MALIPO_RECONCILIATION_LEASE_MS),
    settings: {
      judgeEveryMs: base.config.MALIPO_RECONCILIATION_JUDGE_MS,
      refitEveryMs: base.config.MALIPO_RECONCILIATION_REFIT_MS,
      refitAfter: base.config.MALIPO_RECONCILIATION_REFIT_AFTER,
      standsAfterDays: base.config.MALIPO_RECONCILIATION_STANDS_AFTER_DAYS,
    },
  };
}
