import { type Subscription, subscription } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { InvoiceNews } from '../domain/invoice-row.ts';
import type { PaymentNews } from '../domain/payment-row.ts';
import { groupOf } from '../store/collections.ts';
import type { Timed } from '../store/read-models.ts';
import { EVENTS, toNews } from './news.ts';

/** More than the kit's 200: nobody waits for a figure as for a receipt, and a larger slice moves each day's sums once. */
const MAX_SLICE = 2_000;

const PACE_MS = 1_500;

/** The group carries the generation: a new one starts at the beginning of the topics. */
export const subscriptions = (deps: Deps): readonly Subscription[] => [
  subscription({
    name: groupOf(deps.generation),
    events: EVENTS,
    maxSlice: MAX_SLICE,
    paceMs: PACE_MS,
    standsBack: true,
    handle: async (slice) => {
      const payments: Timed<PaymentNews>[] = [];
      const invoices: Timed<InvoiceNews>[] = [];
      for (const event of slice) {
        const occurredAt = new Date(event.occurredAt);
        const news = toNews(event);
        if (news.subject === 'payment') payments.push({ news, occurredAt });
        else invoices.push({ news, occurredAt });
      }
      await deps.readModels.apply(payments, invoices);
    },
  }),
];
