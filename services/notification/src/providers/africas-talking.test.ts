import { describe, expect, it } from 'vitest';
import { readAnswer, SmsReport, toReport } from './africas-talking.ts';

const answer = (statusCode: number, messageId = 'ATXid_1') => ({
  SMSMessageData: { Message: 'Sent to 1/1', Recipients: [{ statusCode, number: '+254', status: 'Some', messageId }] },
});

describe('an answer of the SMS provider', () => {
  it('is read by the recipient, since a 201 can contain a refusal', () => {
    expect(readAnswer(answer(101))).toEqual({ kind: 'accepted', providerId: 'ATXid_1' });
    expect(readAnswer(answer(102, 'None'))).toEqual({ kind: 'accepted', providerId: null });
    expect(readAnswer(answer(406, 'None'))).toEqual({ kind: 'refused', reason: '406_some' });
    expect(readAnswer(answer(501, 'None'))).toEqual({ kind: 'unknown', reason: '501_some' });
    const nobody = { SMSMessageData: { Message: 'InvalidSenderId', Recipients: [] } };
    expect(readAnswer(nobody)).toEqual({ kind: 'refused', reason: 'invalidsenderid' });
  });

  it('that cannot be read leaves the fate unknown', () => {
    for (const odd of ['<html>', null, {}, { SMSMessageData: [] }]) expect(readAnswer(odd).kind).toBe('unknown');
  });
});

describe('a delivery report', () => {
  const kind = (status: string) => toReport(SmsReport.parse({ id: 'x', status, phoneNumber: '' })).kind;

  it('is final for three statuses alone', () => {
    expect(['Success', 'Failed', 'Rejected'].map(kind)).toEqual(['delivered', 'failed', 'failed']);
    for (const status of ['Sent', 'Submitted', 'Buffered', 'AbsentSubscriber', 'Expired', 'New'])
      expect(kind(status)).toBe('sent');
  });
});
