import { expect, test } from 'vitest';
import { letterTable, letterText } from './show.ts';

const AT = new Date('2026-01-15T08:00:00Z');
/** Clears the screen, or sets the title of the window; the one byte does what ESC [ does. */
const EVIL = '\u001b[2J\u001b]0;x\u0007\u009b2J';

const letter = (value: string) => ({
  ...{ id: 'l1', code: 'event_unreadable', reason: `no JSON: ${EVIL}`, parkedAt: AT, waiting: true, subject: EVIL },
  ...{ service: 'invoice', group: 'main', origin: { topic: 'payment.events', partition: 0, offset: '7' } },
  message: { key: Buffer.from(EVIL), value: Buffer.from(value), headers: { odd: EVIL } },
});

test.each([
  ['no JSON', `{ ${EVIL}\nsecond line`],
  ['JSON', JSON.stringify({ type: EVIL, text: EVIL, line: 2 })],
])('what a message with %s holds drives no terminal', (_what, value) => {
  const parked = letter(value) as unknown as Parameters<typeof letterText>[0];
  const text = `${letterTable([parked], AT)}\n${letterText(parked, AT)}`;
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(text).toContain('no JSON');
});
