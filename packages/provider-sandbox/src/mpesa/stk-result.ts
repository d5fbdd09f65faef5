import type { StkOutcome } from './payers.ts';

export interface StkResult {
  /** A number, except where the core answers with a name such as `SFC_IC0003`. */
  code: number | string;
  description: string;
  receipt?: string;
}

const result = (code: number | string, description: string): StkResult => ({ code, description });

export const SUCCESS = result(0, 'The service request is processed successfully.');
export const INSUFFICIENT = result(1, 'The balance is insufficient for the transaction.');
export const BELOW_MINIMUM = result(2, 'Declined due to limit rule: less than the minimum transaction amount.');
export const ABOVE_MAXIMUM = result(3, 'Declined due to limit rule: greater than the maximum transaction amount.');
export const DAILY_LIMIT = result(4, 'Declined due to limit rule: would exceed daily transfer limit.');
export const MAXIMUM_BALANCE = result(8, 'Declined due to account rule: would exceed the maximum balance.');
export const RULE_LIMITED = result(17, 'Rule limited.');
export const SUBSCRIBER_LOCKED = result(
  1001,
  'Unable to lock subscriber, a transaction is already in process for the current subscriber',
);
export const PUSH_ERROR = result(1025, 'An error occurred while sending a push request');
const CANCELLED = result(1032, 'Request cancelled by user');
export const UNREACHABLE = result(1037, 'DS timeout user cannot be reached');
export const NOT_PERMITTED = result(2028, 'The request is not permitted according to product assignment.');
export const NO_OPERATOR = result('SFC_IC0003', 'The operator does not exist.');

/** What the payer's conduct leads to. @see docs/providers.md */
export const OUTCOMES: Record<Exclude<StkOutcome, 'hold'>, StkResult> = {
  approve: SUCCESS,
  cancel: CANCELLED,
  ignore: CANCELLED,
  timeout: UNREACHABLE,
  unreachable: result(1037, 'No response from user.'),
  expired: result(1019, 'Transaction has expired'),
  insufficient: INSUFFICIENT,
  wrong_pin: result(2001, 'The initiator information is invalid.'),
  pin_locked: result(8006, 'The security credential is locked.'),
  push_error: PUSH_ERROR,
  busy: result(26, 'System busy. Try again in few minutes.'),
};
