import { maskMsisdn } from '@malipo/values';
import type { Names, Transaction } from './ledger.ts';
import type { Shortcode } from './shortcodes.ts';

/** The organisation portal's Reason Type. @see docs/providers.md */
export function reasonType({ kind }: Shortcode, paid: Transaction): string {
  if (paid.kind === 'reversal') return kind === 'till' ? 'Merchant Payment Reversal' : 'Pay Utility Reversal';
  if (paid.kind === 'organisation_transfer') return 'Organization To Organization Transfer';
  if (kind === 'till') return paid.kind === 'stk' ? 'Customer Buy Goods Online' : 'Pay Merchant';
  return paid.kind === 'stk' ? 'Pay Utility' : 'Pay Bill Online';
}

export const fullName = ({ first, middle, last }: Names): string => [first, middle, last].filter(Boolean).join(' ');

/** `2547****001 - JANE DOE`: four stars here, where C2B v2 has five. */
export function otherParty({ phone, names }: Transaction): string {
  return phone ? `${maskMsisdn(phone).replace('*****', '****')} - ${fullName(names)}` : fullName(names);
}

/** What the Details column says. */
export function details(shortcode: Shortcode, paid: Transaction): string {
  const party = otherParty(paid);
  if (paid.kind === 'reversal') return `Reversal of ${paid.linkedReceipt} to ${party}`;
  if (paid.kind === 'organisation_transfer') return `Organization To Organization Transfer from ${party}`;
  if (shortcode.kind === 'till') return `Merchant Payment from ${party}`;
  return `Pay Bill from ${party} Acc. ${paid.reference}`;
}
