import { defineEvent } from '@malipo/service-kit/event';
import { Id } from '@malipo/values';
import { z } from 'zod';

const Organisation = z.object({
  organisationId: Id,
  name: z.string(),
  locale: z.enum(['en', 'sw']).describe('language of receipts unless the customer chose another'),
});

/** A business registered. */
export const OrganisationCreated = defineEvent({
  type: 'organisation.created',
  version: 1,
  topic: 'identity.events',
  data: Organisation,
});

/** Its name or settings changed; carries the whole of it. */
export const OrganisationUpdated = defineEvent({
  type: 'organisation.updated',
  version: 1,
  topic: 'identity.events',
  data: Organisation,
});
