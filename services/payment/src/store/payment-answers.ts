import type { Collection, Tx } from '@malipo/service-kit';
import type { Payment } from '../domain/payment.ts';
import type { OpenRequest } from '../domain/payment-request.ts';
import type { Money } from '../domain/request-answers.ts';
import type { PaymentDoc } from './payment-doc.ts';

/** Money that answers no request, as far as it takes to see whether it should. */
export type Unlinked = Money & { id: string };

/** Which request a payment answers, where that is found after the payment was recorded. */
export const paymentAnswers = (payments: Collection<PaymentDoc>) => ({
  /** Money of the request's channel and amount that came since it was made and answers none, whoever paid it. */
  async findUnlinked({ organisationId, channelId, amountCents, createdAt }: OpenRequest): Promise<Unlinked[]> {
    const filter = {
      organisationId,
      receivedAt: { $gte: createdAt },
      channelId,
      amountCents,
      requestId: null,
      'evidence.kind': { $ne: 'stk' as const }, // that names a request, and so another one
    };
    const projection = { channelKind: 1, reference: 1, number: 1, paidAt: 1 };
    const found = await payments.find(filter, { projection }).toArray();
    return found.map(({ _id, channelKind, reference, number, paidAt }) => ({
      id: _id,
      channel: { id: channelId, organisationId, kind: channelKind },
      reference,
      number,
      paidAt,
      amountCents,
    }));
  },

  /** Compare-and-set on the version before. @returns whether it won */
  async saveAnswer({ id, version, reference, requestId, request }: Payment, { session }: Tx): Promise<boolean> {
    const { matchedCount } = await payments.updateOne(
      { _id: id, version: version - 1 },
      { $set: { version, reference, requestId, request } },
      { session },
    );
    return matchedCount === 1;
  },
});
