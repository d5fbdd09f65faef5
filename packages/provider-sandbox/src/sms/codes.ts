/** Per-recipient results; a 201 can hold failures. @see docs/providers.md */
export const STATUS_OF_CODE: Record<number, string> = {
  100: 'Processed',
  101: 'Success',
  102: 'Queued',
  401: 'RiskHold',
  402: 'InvalidSenderId',
  403: 'InvalidPhoneNumber',
  404: 'UnsupportedNumberType',
  405: 'InsufficientBalance',
  406: 'UserInBlacklist',
  407: 'CouldNotRoute',
  409: 'DoNotDisturbRejection',
  500: 'InternalServerError',
  501: 'GatewayError',
  502: 'RejectedByGateway',
};

export const isSent = (code: number): boolean => code < 400;

const NETWORKS: [prefix: RegExp, networkCode: string][] = [
  [/^254(73|75[0-6]|760|76[2-7]|78|10|13[5-9])/, '63903'],
  [/^254(77|761|120)/, '63907'],
  [/^254124/, '63999'],
];

/** The network as a prefix suggests it: Safaricom unless another operator's. */
export const networkCode = (msisdn: string): string => NETWORKS.find(([prefix]) => prefix.test(msisdn))?.[1] ?? '63902';
