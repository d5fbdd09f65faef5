/** A confirmation as Daraja posts it. */
export const confirmation = {
  TransactionType: 'Pay Bill',
  TransID: 'BADINPUT01',
  TransTime: '20261121101010',
  TransAmount: '10.00',
  BillRefNumber: 'x',
  MSISDN: '254700000001',
  FirstName: 'X',
};
/** The callback of a prompt as Daraja posts it. */
export const stk = {
  Body: {
    stkCallback: {
      MerchantRequestID: '1',
      CheckoutRequestID: 'ws_CO_x',
      ResultCode: 0,
      ResultDesc: 'ok',
      CallbackMetadata: {
        Item: [
          { Name: 'Amount', Value: 10 },
          { Name: 'MpesaReceiptNumber', Value: 'BADINPUT02' },
        ],
      },
    },
  },
};
/** Where the confirmation may be wrong. */
export const confirmationAt = [
  ['TransID'],
  ['TransAmount'],
  ['TransTime'],
  ['BillRefNumber'],
  ['MSISDN'],
  ['FirstName'],
  ['BusinessShortCode'],
];
/** Where the callback of a prompt may be wrong. */
export const stkAt = [
  ['Body'],
  ['Body', 'stkCallback'],
  ...['ResultCode', 'CheckoutRequestID', 'CallbackMetadata'].map((name) => ['Body', 'stkCallback', name]),
  ['Body', 'stkCallback', 'CallbackMetadata', 'Item'],
  ['Body', 'stkCallback', 'CallbackMetadata', 'Item', '0', 'Value'],
  ['Body', 'stkCallback', 'CallbackMetadata', 'Item', '1', 'Value'],
];
