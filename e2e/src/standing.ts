import { expect } from 'vitest';
import type { Bill, Business } from './business.ts';

/** The one payment with this receipt, once reconciliation has decided about it. */
export async function decidedPayment(business: Business, receipt: string) {
  await expect
    .poll(async () => (await business.payments(receipt)).map((one) => one.decision))
    .toEqual([expect.any(String)]);
  const [payment] = await business.payments(receipt);
  if (!payment) throw new Error(`the payment ${receipt} is gone`);
  return payment;
}

/** How an invoice stands now. */
export async function standingOf(business: Business, bill: Bill) {
  const { status, balanceCents } = await business.invoice(bill.id);
  return { status, balanceCents };
}
