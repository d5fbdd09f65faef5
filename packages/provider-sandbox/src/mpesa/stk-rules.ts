import { formatMoney } from '@malipo/values';
import type { MpesaContext } from './context.ts';
import type { Push } from './stk-push.ts';
import * as results from './stk-result.ts';

const MAX_PROMPT = 182;
const TYPE_OF_KIND = { paybill: 'CustomerPayBillOnline', till: 'CustomerBuyGoodsOnline' };

/** What a prompt leads to: the network's rules first, then what the payer does. @see docs/providers.md */
export function decideOutcome(ctx: MpesaContext, push: Push): results.StkResult {
  const refused = brokenProductRule(ctx, push) ?? brokenPromptRule(ctx, push) ?? brokenLimit(ctx, push);
  if (refused) return refused;
  const { result, stk = 'approve', balanceCents } = push.behaviour;
  if (result) return result;
  const outcome = results.OUTCOMES[stk === 'hold' ? 'approve' : stk];
  const short = balanceCents !== undefined && balanceCents < push.amountCents;
  return outcome === results.SUCCESS && short ? results.INSUFFICIENT : outcome;
}

function brokenProductRule(_ctx: MpesaContext, { shortcode, partyB, transactionType }: Push) {
  if (partyB !== shortcode.shortcode) return results.NO_OPERATOR;
  if (transactionType !== TYPE_OF_KIND[shortcode.kind]) return results.NOT_PERMITTED;
  return undefined;
}

function brokenPromptRule({ settings }: MpesaContext, push: Push) {
  if (push.locked) return results.SUBSCRIBER_LOCKED;
  if (settings.strict.numericParties && push.textParties) return results.UNREACHABLE;
  if (promptText(push).length > MAX_PROMPT) return results.PUSH_ERROR;
  return undefined;
}

const promptText = ({ amountCents, shortcode, reference }: Push): string =>
  `Do you want to pay ${formatMoney(amountCents)} to ${shortcode.organisationName} Account no. ${reference}? Enter your PIN`;

function brokenLimit({ settings, ledger, subscribers }: MpesaContext, push: Push) {
  const { phone, shortcode, amountCents } = push;
  const { minCents, maxCents, dailyCents } = settings.limits;
  const balanceAfter = ledger.balanceCents(shortcode.shortcode) + amountCents;
  if (amountCents < minCents) return results.BELOW_MINIMUM;
  if (amountCents > maxCents) return results.ABOVE_MAXIMUM;
  if (ledger.spentCents(phone, settings.now()) + amountCents > dailyCents) return results.DAILY_LIMIT;
  if (balanceAfter > (shortcode.maxBalanceCents ?? Number.POSITIVE_INFINITY)) return results.MAXIMUM_BALANCE;
  if (subscribers.paidRecently(phone, shortcode.shortcode, amountCents)) return results.RULE_LIMITED;
  return undefined;
}
