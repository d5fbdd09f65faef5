import { portSetting } from '@malipo/service-kit';
import { z } from 'zod';

export const config = {
  MALIPO_RECONCILIATION_PORT: portSetting(8084),
  MALIPO_RECONCILIATION_MEMORY: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(500_000)
    .describe('facts and open invoices kept in memory over all organisations; the longest unused go first'),
  MALIPO_RECONCILIATION_CHECK_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(30_000)
    .describe('how often new ledger entries are checked against the running totals'),
  MALIPO_RECONCILIATION_WAKE_MS: z.coerce
    .number()
    .int()
    .min(20)
    .default(500)
    .describe('how often runs and undone settlements are looked for'),
  MALIPO_RECONCILIATION_LEASE_MS: z.coerce
    .number()
    .int()
    .min(500)
    .default(15_000)
    .describe('a run whose worker gave no sign of life for so long is taken over'),
  MALIPO_RECONCILIATION_OVERDUE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(300_000)
    .describe('how often overdue reviews and missing money are counted; it looks at every open invoice'),
  MALIPO_RECONCILIATION_JUDGE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(300_000)
    .describe('how often decisions are compared with what became of them'),
  MALIPO_RECONCILIATION_REFIT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(3_600_000)
    .describe('how often organisations are looked through for one whose model is worth refitting'),
  MALIPO_RECONCILIATION_REFIT_AFTER: z.coerce
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('decisions of people since the last refit before there is another'),
  MALIPO_RECONCILIATION_STANDS_AFTER_DAYS: z.coerce
    .number()
    .min(0)
    .default(14)
    .describe('days after which an automatic decision that nobody took back counts as right'),
};
