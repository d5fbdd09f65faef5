import { c2bPayload } from './c2b-payload.ts';
import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';
import { type DeliveryPlan, type Message, notify } from './notify.ts';
import type { Shortcode } from './shortcodes.ts';

/**
 * The C2B confirmation of a completed payment. There is none without registered URLs, and none for money that no
 * customer paid in. An STK payment has one where the receiver is a paybill.
 * @see docs/providers.md
 */
export function confirmationMessage(shortcode: Shortcode, paid: Transaction): Message | undefined {
  const { urls, kind } = shortcode;
  const silent = paid.status !== 'Completed' || paid.kind === 'reversal' || (paid.kind === 'stk' && kind === 'till');
  if (!urls || silent) return undefined;
  return { url: urls.confirmationUrl, kind: 'confirmation', body: c2bPayload(shortcode, paid, 'confirmation') };
}

/** Tells the confirmation URL, if there is anything to tell. */
export async function confirm(
  ctx: MpesaContext,
  shortcode: Shortcode,
  paid: Transaction,
  plan: DeliveryPlan,
): Promise<void> {
  const message = confirmationMessage(shortcode, paid);
  if (message) await notify(ctx, message, plan, paid.deliveries);
}
