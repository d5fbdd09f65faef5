import { eatStamp } from '@malipo/values';
import { z } from 'zod';
import type { MpesaContext } from './context.ts';
import { type Delivery, describeDelivery } from './notify.ts';

/** A callback that M-Pesa never sent: nothing on the statement stands behind it. */
export const Forgery = z.object({
  url: z.string(),
  kind: z.enum(['c2b', 'stk']).optional(),
  /** Replaces the plausible body, or single fields of a C2B one. */
  body: z.unknown().optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** A loopback address other than the one genuine callbacks come from. */
  localAddress: z.string().optional(),
});
export type Forgery = z.infer<typeof Forgery>;

/** Sends a forged callback. Daraja signs nothing, so only its origin, its URL and the books can give it away. */
export async function forge(ctx: MpesaContext, forgery: Forgery): Promise<Delivery> {
  const body = forgery.body ?? (forgery.kind === 'stk' ? stkBody(ctx) : c2bBody(ctx, forgery.fields));
  const { status } = await ctx.deliverer.post({
    url: forgery.url,
    contentType: 'application/json',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    timeoutMs: ctx.settings.timings.deliveryTimeoutMs,
    localAddress: forgery.localAddress,
    ...(forgery.headers && { headers: forgery.headers }),
  });
  return describeDelivery(ctx, { url: forgery.url, kind: 'forged', body }, status);
}

function c2bBody(ctx: MpesaContext, fields: Record<string, unknown> = {}) {
  const at = ctx.settings.now();
  return {
    TransactionType: 'Pay Bill',
    TransID: ctx.receipt(at),
    TransTime: eatStamp(at),
    TransAmount: '1500.00',
    BusinessShortCode: '600999',
    BillRefNumber: 'INV0042',
    InvoiceNumber: '',
    OrgAccountBalance: '91500.00',
    ThirdPartyTransID: '',
    MSISDN: '254700000001',
    FirstName: 'MALLORY',
    MiddleName: '',
    LastName: '',
    ...fields,
  };
}

function stkBody(ctx: MpesaContext) {
  const at = ctx.settings.now();
  const Item = [
    { Name: 'Amount', Value: 1500 },
    { Name: 'MpesaReceiptNumber', Value: ctx.receipt(at) },
    { Name: 'TransactionDate', Value: Number(eatStamp(at)) },
    { Name: 'PhoneNumber', Value: 254700000001 },
  ];
  const ids = { MerchantRequestID: ctx.requestId(), CheckoutRequestID: `ws_CO_${ctx.random.hex(20)}` };
  return { Body: { stkCallback: { ...ids, ResultCode: 0, ResultDesc: 'Success', CallbackMetadata: { Item } } } };
}
