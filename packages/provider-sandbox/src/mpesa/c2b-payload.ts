import { eatStamp, hashMsisdn, maskMsisdn } from '@malipo/values';
import type { Names, Transaction } from './ledger.ts';
import type { PayerForm, Shortcode } from './shortcodes.ts';

/** The payer's number as this organisation gets to see it: v1 hashes and v2 masks, unless set otherwise. */
export function showPayer(shortcode: Shortcode, phone: string): string {
  if (!phone) return '';
  return FORMS[shortcode.payerForm ?? (shortcode.urls?.version === 'v1' ? 'sha256' : 'masked')](phone);
}

const FORMS: Record<PayerForm, (phone: string) => string> = {
  full: (phone) => phone,
  masked: maskMsisdn,
  masked_spaced: (phone) => `${phone.slice(0, 4)} ***** ${phone.slice(-3)}`,
  sha256: hashMsisdn,
  none: () => '',
};

/** `1500.00`: two decimals, always. */
export const decimalAmount = (cents: number): string => (cents / 100).toFixed(2);

/** Validation and confirmation share one shape in which every value is text. @see docs/providers.md */
export function c2bPayload(shortcode: Shortcode, paid: Transaction, step: 'validation' | 'confirmation') {
  const organisation = paid.transactionType === 'Organization To Organization Transfer';
  return {
    TransactionType: paid.transactionType,
    TransID: paid.receipt,
    TransTime: eatStamp(paid.completedAt),
    TransAmount: decimalAmount(paid.amountCents),
    BusinessShortCode: shortcode.shortcode,
    BillRefNumber: shortcode.kind === 'till' ? '' : paid.reference,
    InvoiceNumber: organisation ? 'OK' : '',
    OrgAccountBalance: step === 'validation' ? '' : decimalAmount(paid.balanceCents),
    ThirdPartyTransID: paid.thirdPartyTransId ?? '',
    MSISDN: organisation ? '' : showPayer(shortcode, paid.phone),
    ...nameFields(organisation ? 'first_only' : (shortcode.nameKeys ?? 'all'), paid.names),
  };
}

function nameFields(keys: NonNullable<Shortcode['nameKeys']>, names: Names): Record<string, string> {
  const { first = '', middle = '', last = '' } = names;
  if (keys === 'none') return {};
  if (keys === 'first_only') return { FirstName: first };
  return { FirstName: first, MiddleName: middle, LastName: last };
}
