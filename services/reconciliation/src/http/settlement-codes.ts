/** By which codes invoices that a person chose are refused. @see ../domain/settle.ts */
export const SETTLEMENT_CODES: readonly string[] = [
  'invoice_named_twice',
  'invoice_unknown',
  'invoice_not_open',
  'currency_differs',
  'customer_differs',
  'amount_above_balance',
  'test_money',
];
