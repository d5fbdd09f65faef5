import { expect } from 'vitest';
import { type Bill, type Business, namesOf } from './business.ts';
import type { TestPlatform } from './platform.ts';

type Behaviour = Parameters<ReturnType<TestPlatform['sandbox']['mpesa']['payer']>['next']>[0];

/** Prompts for a bill; the payer does as told. */
export async function promptFor({ sandbox }: TestPlatform, business: Business, bill: Bill, behaviour: Behaviour) {
  sandbox.mpesa.payer(bill.phone).next(behaviour);
  const request = await business.api.post<{ id: string }>('/api/v1/payment-requests', {
    invoiceId: bill.id,
    phone: bill.phone,
    amountCents: bill.cents,
  });
  const results = () =>
    sandbox.mpesa
      .pushes()
      .filter((one) => one.phone === bill.phone)
      .map((one) => one.result);
  await expect.poll(results).toEqual([expect.anything()]);
  const receipt = results()[0]?.receipt ?? '';
  return { receipt, request: () => business.api.get<{ status: string }>(`/api/v1/payment-requests/${request.id}`) };
}

/** The confirmation of a prompt's payment, with whatever reference. */
export const forgeTwin = (
  { sandbox }: TestPlatform,
  business: Business,
  receipt: string,
  reference: string,
  bill: Bill,
) =>
  sandbox.mpesa.forge({
    url: business.callbackUrls.confirmation,
    fields: {
      TransID: receipt,
      TransAmount: (bill.cents / 100).toFixed(2),
      BusinessShortCode: business.shortcode,
      BillRefNumber: reference,
      MSISDN: bill.phone,
      FirstName: namesOf(bill).first,
      LastName: namesOf(bill).last,
    },
  });
