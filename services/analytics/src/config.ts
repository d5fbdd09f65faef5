import { portSetting } from '@malipo/service-kit';
import { z } from 'zod';

/** Settings of the analytics service. */
export const config = {
  MALIPO_ANALYTICS_PORT: portSetting(8086),
  MALIPO_ANALYTICS_GENERATION: z.coerce
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('one more builds the read models anew, from the start of the topics'),
} as const;
