import { portSetting } from '@malipo/service-kit';
import { z } from 'zod';

/** Settings of its own; everything else is the kit's. */
export const config = {
  MALIPO_INVOICE_PORT: portSetting(8082),
  MALIPO_OVERDUE_EVERY_MS: z.coerce
    .number()
    .int()
    .min(10)
    .default(60_000)
    .describe('pause between looks for due dates that passed'),
};
