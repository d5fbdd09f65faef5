import { eatStamp } from '@malipo/values';
import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';
import type { Message } from './notify.ts';
import type { Push } from './stk-push.ts';
import type { StkResult } from './stk-result.ts';

const DECIMALS = { integer: '', one_decimal: '.0', two_decimals: '.00' };

/** The callback of a push: ResultCode is a JSON number; a failure has no CallbackMetadata key at all. */
export function stkCallback(ctx: MpesaContext, push: Push, result: StkResult, paid?: Transaction): Message {
  const { behaviour } = push;
  const body = {
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchantRequestId,
        CheckoutRequestID: push.checkoutRequestId,
        ResultCode: result.code,
        ResultDesc: behaviour.wording === 'prefixed' ? `[STK_CB - ]${result.description}` : result.description,
        ...(paid && { CallbackMetadata: { Item: metadataItems(ctx, push, paid) } }),
      },
    },
  };
  const shillings = push.amountCents / 100;
  const decimals = DECIMALS[behaviour.amount ?? 'two_decimals'];
  // A JSON number keeps no trailing zeros, so the text is edited.
  const text = JSON.stringify(body).replace(`"Value":${shillings}}`, `"Value":${shillings}${decimals}}`);
  return { url: push.callbackUrl, kind: 'stk_callback', body, text };
}

function metadataItems(ctx: MpesaContext, push: Push, paid: Transaction) {
  const { balance = 'valueless', items = 'documented' } = push.behaviour;
  const documented = [
    { Name: 'Amount', Value: push.amountCents / 100 },
    { Name: 'MpesaReceiptNumber', Value: paid.receipt },
    ...(balance === 'valueless' ? [{ Name: 'Balance' }] : []),
    { Name: 'TransactionDate', Value: Number(eatStamp(paid.completedAt)) },
    { Name: 'PhoneNumber', Value: Number(push.phone) },
  ];
  return items === 'shuffled' ? ctx.random.shuffle(documented) : documented;
}
