import {
  MongoBulkWriteError,
  MongoClient,
  MongoNetworkError,
  MongoServerError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { describe, expect, test } from 'vitest';
import {
  InvalidError,
  isInfrastructureError,
  isTransientMongoError,
  RaceLostError,
  UnavailableError,
} from './errors.ts';

const serverError = (code: number, errorLabels: string[] = []) =>
  new MongoServerError({ message: 'from the server', code, errorLabels });

describe('isInfrastructureError', () => {
  test.each([
    [6, 'HostUnreachable'],
    [7, 'HostNotFound'],
    [64, 'WriteConcernTimeout'],
    [89, 'NetworkTimeout'],
    [91, 'ShutdownInProgress'],
    [100, 'UnsatisfiableWriteConcern'],
    [189, 'PrimarySteppedDown'],
    [262, 'ExceededTimeLimit'],
    [9001, 'SocketException'],
    [10107, 'NotWritablePrimary'],
    [11600, 'InterruptedAtShutdown'],
    [11602, 'InterruptedDueToReplStateChange'],
    [13435, 'NotPrimaryNoSecondaryOk'],
    [13436, 'NotPrimaryOrSecondary'],
  ])('a server that answers %i (%s) without any label is waited for', (code) => {
    expect(isInfrastructureError(serverError(code))).toBe(true);
  });

  test.each([
    [2, 'BadValue'],
    [121, 'DocumentValidationFailure'],
    [10334, 'BSONObjectTooLarge'],
    [11000, 'DuplicateKey'],
  ])('what no waiting helps (%i, %s) is the message’s own fault', (code) => {
    expect(isInfrastructureError(serverError(code))).toBe(false);
  });

  test('a write that was not acknowledged widely enough is waited for, whatever its code', () => {
    const error = new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 79, errmsg: 'no such mode' } });
    expect(isInfrastructureError(error)).toBe(true);
  });

  test('a bulk write is judged by what made it fail', async () => {
    const client = new MongoClient('mongodb://127.0.0.1:1/?directConnection=true', { serverSelectionTimeoutMS: 1 });
    const write = client.db('none').collection('none').insertMany([{}]);
    const [unreachable] = await Promise.allSettled([write]);
    await client.close();
    if (unreachable.status === 'fulfilled') throw new Error('nothing listens on port 1');
    const { result } = new MongoBulkWriteError({ message: 'x', code: 1 }, unreachable.reason.result);
    expect(isInfrastructureError(unreachable.reason)).toBe(true);
    expect(isInfrastructureError(new MongoBulkWriteError(new MongoTopologyClosedError('closed'), result))).toBe(true);
    expect(isInfrastructureError(new MongoBulkWriteError({ message: 'not primary', code: 10107 }, result))).toBe(true);
    expect(isInfrastructureError(new MongoBulkWriteError({ message: 'too big', code: 10334 }, result))).toBe(false);
  });

  test.each([
    [new MongoNetworkError('gone')],
    [new UnavailableError('full', 'full')],
    [serverError(1, ['TransientTransactionError'])],
    [Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
  ])('%s is waited for', (error) => expect(isInfrastructureError(error)).toBe(true));

  test.each([[new InvalidError('bad', 'bad')], [new Error('bug')], [null], [undefined], ['text']])(
    '%s is not',
    (error) => expect(isInfrastructureError(error)).toBe(false),
  );
});

test('the server’s labels say what to try again, and nothing else has any', () => {
  expect(isTransientMongoError(serverError(1, ['TransientTransactionError']))).toBe(true);
  expect(isTransientMongoError(serverError(1, ['RetryableWriteError']))).toBe(true);
  expect(isTransientMongoError(serverError(10107))).toBe(false);
  expect([new Error('bug'), null, undefined].map(isTransientMongoError)).toEqual([false, false, false]);
});

test('whoever lost a race is told what to do', () => {
  expect(new RaceLostError('the invoice').message).toMatch(/^the invoice .*try again$/);
});
