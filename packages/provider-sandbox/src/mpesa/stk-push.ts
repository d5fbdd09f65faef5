import { eatStamp } from '@malipo/values';
import { confirm } from './c2b-confirm.ts';
import type { MpesaContext } from './context.ts';
import { overloaded } from './errors.ts';
import type { Transaction } from './ledger.ts';
import { type Delivery, type DeliveryPlan, notify } from './notify.ts';
import type { PayerBehaviour } from './payers.ts';
import type { Shortcode } from './shortcodes.ts';
import { stkCallback } from './stk-callback.ts';
import type { StkRequest } from './stk-request.ts';
import { type StkResult, SUBSCRIBER_LOCKED } from './stk-result.ts';
import { decideOutcome } from './stk-rules.ts';

/** One prompt on one handset. */
export interface Push {
  checkoutRequestId: string;
  merchantRequestId: string;
  shortcode: Shortcode;
  transactionType: StkRequest['TransactionType'];
  partyB: string;
  phone: string;
  amountCents: number;
  reference: string;
  callbackUrl: string;
  createdAt: Date;
  /** PartyA or PhoneNumber came as text. */
  textParties: boolean;
  behaviour: PayerBehaviour;
  /** Another dialogue was open on the handset, so no prompt was shown. */
  locked: boolean;
  result?: StkResult;
  deliveries: Delivery[];
}

/** Accepts a push; the acknowledgement only means that a prompt is queued. */
export function openPush(ctx: MpesaContext, stk: StkRequest, shortcode: Shortcode, textParties: boolean): Push {
  const phone = stk.PhoneNumber;
  const locked = !ctx.subscribers.lock(phone);
  if (locked && ctx.settings.strict.subscriberLock === 'error') throw overloaded(SUBSCRIBER_LOCKED.description);
  const push: Push = {
    checkoutRequestId: checkoutRequestId(ctx, phone),
    merchantRequestId: ctx.requestId(),
    shortcode,
    transactionType: stk.TransactionType,
    partyB: stk.PartyB,
    phone,
    amountCents: stk.Amount * 100,
    reference: stk.AccountReference,
    callbackUrl: stk.CallBackURL,
    createdAt: ctx.settings.now(),
    textParties,
    behaviour: ctx.payers.take(phone),
    locked,
    deliveries: [],
  };
  ctx.pushes.set(push.checkoutRequestId, push);
  return push;
}

/** Today's form: time to the second, three digits, the subscriber's nine digits. @see docs/providers.md */
function checkoutRequestId(ctx: MpesaContext, phone: string): string {
  const stamp = eatStamp(ctx.settings.now());
  const date = `${stamp.slice(6, 8)}${stamp.slice(4, 6)}${stamp.slice(0, 4)}${stamp.slice(8)}`;
  for (let digits = ctx.random.below(1000); ; digits += 1) {
    const id = `ws_CO_${date}${String(digits).padStart(3, '0')}${phone.slice(3)}`;
    if (!ctx.pushes.has(id)) return id;
  }
}

/** Ends a prompt and tells whoever is to be told: the STK callback and, for a paybill, the C2B confirmation. */
export async function resolvePush(ctx: MpesaContext, push: Push): Promise<void> {
  if (push.result) return;
  const result = decideOutcome(ctx, push);
  if (!push.locked) ctx.subscribers.unlock(push.phone);
  if (result.code !== 0) {
    push.result = result;
    return sendCallback(ctx, push, result);
  }
  const paid = book(ctx, push);
  push.result = { ...result, receipt: paid.receipt };
  const { c2b = 'after' } = push.behaviour;
  if (c2b === 'before') await confirm(ctx, push.shortcode, paid, {});
  await sendCallback(ctx, push, result, paid);
  if (c2b === 'after') await confirm(ctx, push.shortcode, paid, {});
}

function book(ctx: MpesaContext, push: Push): Transaction {
  const { shortcode, phone, amountCents, behaviour } = push;
  const completedAt = ctx.settings.now();
  if (behaviour.balanceCents !== undefined)
    ctx.payers.control(phone).behave({ balanceCents: behaviour.balanceCents - amountCents });
  ctx.subscribers.notePaid(phone, shortcode.shortcode, amountCents);
  const entry = {
    receipt: ctx.receipt(completedAt),
    shortcode: shortcode.shortcode,
    kind: 'stk' as const,
    status: 'Completed' as const,
    transactionType: shortcode.kind === 'till' ? ('Buy Goods' as const) : ('Pay Bill' as const),
    amountCents,
    reference: push.reference,
    phone,
    names: behaviour.names ?? {},
    initiatedAt: push.createdAt,
    completedAt,
    checkoutRequestId: push.checkoutRequestId,
    deliveries: push.deliveries,
  };
  return ctx.ledger.book(entry, shortcode.chargeCents);
}

const CALLBACK_PLANS: Record<NonNullable<PayerBehaviour['callback']>, DeliveryPlan> = {
  once: {},
  before_ack: {},
  twice: { copies: 2 },
  lost: { drop: true },
  held: { hold: true },
};

const sendCallback = (ctx: MpesaContext, push: Push, result: StkResult, paid?: Transaction): Promise<void> =>
  notify(ctx, stkCallback(ctx, push, result, paid), CALLBACK_PLANS[push.behaviour.callback ?? 'once'], push.deliveries);
