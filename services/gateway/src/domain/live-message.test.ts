import { describe, expect, test } from 'vitest';
import { missedSince, toFrame, toLiveMessage } from './live-message.ts';

const event = (data: unknown) => ({
  id: 'e1',
  type: 'customer.saved',
  occurredAt: '2026-01-15T08:00:00.000Z',
  subject: { id: 's1', version: 2 },
  data,
});

describe('live messages', () => {
  test('personal fields are left out, also inside objects and lists', () => {
    const data = {
      id: 'c',
      name: 'Grace',
      contacts: [{ name: 'Ali', role: 'cfo' }],
      bank: { account: '1', code: 'x' },
    };
    expect(toLiveMessage(event(data), ['name', 'contacts.name', 'bank.account', 'absent.path']).data).toEqual({
      id: 'c',
      contacts: [{ role: 'cfo' }],
      bank: { code: 'x' },
    });
  });

  test('nothing else of the envelope goes out', () => {
    const whole = { ...event({}), organisationId: 'o', correlationId: 'c', causationId: null };
    expect(Object.keys(toLiveMessage(whole, []))).toEqual(['id', 'type', 'occurredAt', 'subject', 'data']);
  });

  test('a frame is one event of one line, whatever the data holds', () => {
    const frame = toFrame(toLiveMessage(event({ text: 'two\nlines' }), []));
    expect(frame).toMatch(/^id: e1\nevent: customer\.saved\ndata: \{[^\n]+\}\n\n$/);
  });

  test('what was missed is what came after the last id; an unknown id tells nothing', () => {
    const recent = ['a', 'b', 'c'].map((id) => toLiveMessage({ ...event({}), id }, []));
    expect(missedSince(recent, 'a')?.map((message) => message.id)).toEqual(['b', 'c']);
    expect(missedSince(recent, 'c')).toEqual([]);
    expect(missedSince(recent, 'z')).toBeUndefined();
  });
});
