import { type ClientSession, type Collection, findByIds, updateAll } from '@malipo/service-kit';
import type { Match, Refusal } from '../domain/match.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentDoc } from './payment-doc.ts';

/** A decision about a payment, and where it leaves the payment. */
export type Settled = { match: Match; status: Payment['status'] };

/** What reconciliation made of payments; a decision is known by its version. */
export const paymentDecisions = (payments: Collection<PaymentDoc>) => ({
  /**
   * What reconciliation decided; an older version of a match changes nothing. Versions are read first, in the same
   * transaction: updates by `_id` alone need no planning, which is half of an update's cost.
   */
  async applyMatches(matches: ReadonlyMap<string, Settled>, session: ClientSession): Promise<void> {
    if (matches.size === 0) return;
    const found = await findByIds(payments, matches.keys(), {
      projection: { 'match.version': 1 },
      session,
    });
    const updates = found.flatMap(({ _id, match: held }) => {
      const news = matches.get(_id);
      if (!news || (held?.version ?? 0) >= news.match.version) return [];
      return [{ filter: { _id }, update: { $set: { ...news, customerId: news.match.customerId } } }];
    });
    await updateAll(payments, updates, session);
  },

  /** A refusal changes the decision that it refers to, and nothing that came after it. */
  async applyRefusals(refusals: ReadonlyMap<string, Refusal>, session: ClientSession): Promise<void> {
    const updates = [...refusals].map(([_id, { version, decidedBy, decidedAt }]) => ({
      filter: { _id, 'match.version': { $lt: version } },
      update: {
        $set: {
          'match.version': version,
          'match.decision': 'rejected',
          'match.allocations': [],
          'match.decidedBy': decidedBy,
          'match.decidedAt': decidedAt,
        },
      },
    }));
    await updateAll(payments, updates, session);
  },
});
