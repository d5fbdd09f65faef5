import { z } from 'zod';
import { Id, Instant } from './fields.ts';

/** One message of `GET /api/v1/events/stream`: what happened, without personal data. Read the subject for the rest. */
export const LiveMessage = z
  .object({
    id: Id,
    type: z.string().describe('such as payment.received or invoice.paid'),
    occurredAt: Instant,
    subject: z.object({ id: z.string(), version: z.number() }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LiveMessage' });
export type LiveMessage = z.infer<typeof LiveMessage>;
