import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceVoided,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentRequestPrompted,
  PaymentRequestSettled,
  PaymentReversed,
} from '@malipo/events';
import type { Subscription } from '@malipo/service-kit';
import { reconcileSlice } from '../commands/reconcile-slice.ts';
import type { Deps } from '../commands/work.ts';

/**
 * One group for what is owed and for what was paid: partition n of both topics meets the same worker. Memory needs no
 * care on a rebalance: it is compared with the organisation's `seq` before each slice, and with the write itself.
 */
export const subscriptions = (deps: Deps): readonly Subscription[] => [
  {
    name: 'money',
    maxSlice: 400,
    paceMs: 150,
    events: [
      CustomerSaved,
      InvoiceIssued,
      InvoiceChanged,
      InvoiceVoided,
      PaymentReceived,
      PaymentEvidenceAdded,
      PaymentReversed,
      PaymentRequestPrompted,
      PaymentRequestSettled,
    ],
    handle: (slice) => reconcileSlice(deps, slice),
  },
];
