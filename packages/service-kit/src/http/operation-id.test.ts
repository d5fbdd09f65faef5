import { expect, test } from 'vitest';
import { operationId } from './operation-id.ts';

test('one thing is told from many, and an action from both', () => {
  expect(operationId('GET', '/api/v1/payment-channels')).toBe('getPaymentChannels');
  expect(operationId('GET', '/api/v1/payment-channels/{id}')).toBe('getPaymentChannel');
  expect(operationId('PATCH', '/api/v1/payment-channels/:id')).toBe('patchPaymentChannel');
  expect(operationId('POST', '/api/v1/reconciliation/matches/:id/apply-credit')).toBe(
    'postReconciliationMatchApplyCredit', //
  );
  expect(operationId('GET', '/.well-known/jwks.json')).toBe('getWellKnownJwksJson');
});

test('a slash at the end changes nothing', () => {
  expect(operationId('POST', '/api/v1/payments/')).toBe('postPayments');
});
