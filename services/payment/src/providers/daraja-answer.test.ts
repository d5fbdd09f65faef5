import { expect, it } from 'vitest';
import { readDarajaAnswer } from './daraja-answer.ts';

const error = (status: number, errorCode: string, errorMessage: string) =>
  readDarajaAnswer({ status, headers: {}, data: { requestId: '1', errorCode, errorMessage } }).kind;

it.each([
  [404, '404.001.03', 'Invalid Access Token', 'bad_token'],
  [401, '401.003.01', 'Error Occurred: Invalid Access Token - x', 'bad_token'],
  [401, '401.002.01', 'Invalid API call as no apiproduct match found', 'refused'],
  [400, '400.002.02', 'Bad Request - Invalid Amount', 'refused'],
  [500, '500.001.1001', 'Wrong credentials', 'refused'],
  [500, '500.001.1001', 'Unable to lock subscriber, a transaction is already in process', 'refused'],
  [500, '500.001.1001', 'The transaction is being processed', 'pending'],
  [500, '500.001.1001', 'Internal error', 'unknown'],
  [500, '500.002.1001', 'System internal error.', 'unknown'],
  [500, '500.003.02', 'Spike Arrest Violation', 'busy'],
  [500, '500.003.03', 'Quota Violation', 'busy'],
] as const)('%i %s "%s" is %s', (status, code, message, kind) => expect(error(status, code, message)).toBe(kind));

it('a page in HTML, also with status 200, tells nothing', () => {
  for (const status of [200, 503])
    expect(readDarajaAnswer({ status, headers: {}, data: '<html></html>' }).kind).toBe('unknown');
});
