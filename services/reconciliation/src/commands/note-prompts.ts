import { PaymentRequestPrompted, PaymentRequestSettled } from '@malipo/events';
import type { AnyBulkWriteOperation, Received } from '@malipo/service-kit';
import type { PromptDoc } from '../store/collections.ts';
import { is } from './read-slice.ts';
import type { Deps } from './work.ts';

/** Keeps which prompts still wait for their money; in any order, as often as they come. */
export async function notePrompts({ collections }: Deps, slice: readonly Received[]): Promise<void> {
  const notes = slice.flatMap((event) => noteOf(event) ?? []);
  if (notes.length > 0) await collections.prompts.bulkWrite(notes, { ordered: false });
}

function noteOf(event: Received): AnyBulkWriteOperation<PromptDoc> | undefined {
  const { organisationId } = event;
  if (is(PaymentRequestPrompted, event)) {
    const { requestId: _id, mode, customerId, invoiceId, amountCents, promptedAt } = event.data;
    const $set = { mode, customerId, invoiceId, amountCents, promptedAt: new Date(promptedAt) };
    return { updateOne: { filter: { _id, organisationId }, update: { $set }, upsert: true } };
  }
  if (is(PaymentRequestSettled, event)) {
    const { requestId: _id, mode, settledAt } = event.data;
    const $set = { mode, settledAt: new Date(settledAt) };
    return { updateOne: { filter: { _id, organisationId }, update: { $set }, upsert: true } };
  }
  return undefined;
}
