import { eatStamp } from '@malipo/values';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The n-th receipt of a run: ten capitals and digits, never the same twice within 36^7. */
export function receiptOf(n: number, prefix = 'UKL'): string {
  let rest = n;
  let text = '';
  for (let place = 0; place < 7; place++) {
    text = ALPHABET[rest % 36] + text;
    rest = Math.floor(rest / 36);
  }
  return prefix + text;
}

/** A C2B confirmation as Daraja posts it, every value a string. */
export function confirmation(fields: {
  receipt: string;
  amount: string;
  reference: string;
  shortcode: string;
  msisdn: string;
  at?: Date;
  firstName?: string;
}): string {
  return JSON.stringify({
    TransactionType: 'Pay Bill',
    TransID: fields.receipt,
    TransTime: eatStamp(fields.at ?? new Date()),
    TransAmount: fields.amount,
    BusinessShortCode: fields.shortcode,
    BillRefNumber: fields.reference,
    InvoiceNumber: '',
    OrgAccountBalance: '91500.00',
    ThirdPartyTransID: '',
    MSISDN: fields.msisdn,
    FirstName: fields.firstName ?? 'JANE',
    MiddleName: '',
    LastName: '',
  });
}
