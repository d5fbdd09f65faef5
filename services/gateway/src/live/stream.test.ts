import { describe, expect, test, vi } from 'vitest';
import type { LiveMessage } from '../domain/live-message.ts';
import { createStream } from './stream.ts';

const messages = (count: number, from = 0, letters = 4_000): LiveMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `e${from + index}`,
    type: 'payment.reversed',
    occurredAt: '2026-01-15T08:00:00.000Z',
    subject: { id: 's1', version: 1 },
    data: { text: 'x'.repeat(letters) },
  }));

const idsIn = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id);

describe('a stream that catches up', () => {
  test.each([
    [200, 4_000],
    [2, 400_000],
  ])('keeps what was missed until it is read, then what came meanwhile: %i of %i', async (count, letters) => {
    const stream = createStream(true, vi.fn());
    for (const message of messages(3, count - 1)) stream.deliver(message);
    stream.catchUp(messages(count, 0, letters));
    stream.end();
    const text = Buffer.concat(await stream.body.toArray()).toString();
    expect(idsIn(text)).toEqual(messages(count + 2).map(({ id }) => id));
    expect(text).not.toContain('resync');
  });

  test('says to read again instead of telling more than it may keep', async () => {
    const stream = createStream(true, vi.fn());
    for (const message of messages(3, 400)) stream.deliver(message);
    stream.catchUp(messages(400));
    stream.end();
    const text = Buffer.concat(await stream.body.toArray()).toString();
    expect(text).toContain('event: resync');
    expect(idsIn(text)).toEqual([]);
  });

  test.each([0, 200])('is let go where its client reads nothing of what comes after %i missed', async (missed) => {
    const dropped = vi.fn();
    const stream = createStream(true, dropped);
    stream.catchUp(messages(missed));
    for (const message of messages(60, 200)) stream.deliver(message);
    expect(stream.body.destroyed).toBe(false);
    for (const message of messages(10, 300)) stream.deliver(message);
    expect(stream.body.destroyed).toBe(true);
    expect(dropped).toHaveBeenCalledOnce();
  });

  test('that has read what was missed may leave no more lying than any other', async () => {
    const stream = createStream(true, vi.fn());
    stream.catchUp(messages(200));
    for (let chunk = stream.body.read(); chunk !== null; chunk = stream.body.read()) await Promise.resolve();
    for (const message of messages(70, 200)) stream.deliver(message);
    expect(stream.body.destroyed).toBe(true);
  });
});
