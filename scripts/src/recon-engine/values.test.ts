import { expect, test } from 'vitest';
import { converse, createDataset, payment } from './testing/speak.ts';

const dir = createDataset();
const init = JSON.stringify({ type: 'init', dir });
const pay = (id: string, change: object = {}) =>
  JSON.stringify({ type: 'payment', payment: { ...payment(id, { reference: 'INV-2026-00123' }), ...change } });
const NONE = { type: 'prediction', decision: 'none', confidence: 0, allocations: [], customer_id: null, guards: [] };

test.each([
  ...[1e308, 2 ** 53, -5, 0, 1.5, '100', null, 'x', [], undefined].map((amount) => ['amount_cents', amount] as const),
  ...['', null, 7, undefined].map((receipt) => ['trans_id', receipt] as const),
  ['type', 'refund'],
  ['channel', 'pigeon'],
  ['channel', 'toString'],
  ['tenant_id', null],
  ...['received_at', 'trans_time'].flatMap((field) =>
    ['yesterday', '', null, 5, '2026-02-30T10:00:00+03:00', '2026-08-03', '2026-08-03T10:00:00'].map(
      (time) => [field, time] as const,
    ),
  ),
] as const)(
  '%s %j is told and decides nothing, and the next payment is decided as if it had not come',
  (field, value) => {
    const { code, answers, told } = converse([init, pay('P1', { [field]: value }), pay('P2')]);
    expect(code).toBe(1);
    expect(answers[1]).toEqual({ ...NONE, payment_id: 'P1', reason: 'unreadable' });
    expect(answers[2]).toMatchObject({ payment_id: 'P2', decision: 'auto', allocations: [{ invoice: 'I1' }] });
    expect(told).toEqual([expect.stringMatching(`^line 2: payment "P1": ${field} (must be|is missing)`)]);
  },
);

test('a payment or feedback before init is told, and the payment answered in full', () => {
  const feedback = JSON.stringify({ type: 'feedback', items: [] });
  const { code, answers, told } = converse([pay('P1'), feedback, init, pay('P2')]);
  expect(code).toBe(1);
  expect(answers[0]).toEqual({ ...NONE, payment_id: 'P1', reason: 'not_ready' });
  expect(answers[2]).toMatchObject({ payment_id: 'P2', decision: 'auto' });
  expect(told).toEqual([
    expect.stringMatching(/^line 1: payment P1 came before init; send/),
    expect.stringMatching(/^line 2: feedback came before init; send/),
  ]);
});

test('an unknown kind of message is told and ignored', () => {
  const { code, answers, told } = converse([init, '{"type":"hello"}', '{}', pay('P1')]);
  expect([code, answers.length]).toEqual([1, 2]);
  expect(told[0]).toMatch(/^line 2: type "hello" is unknown and was ignored; send/);
  expect(told[1]).toMatch(/^line 3: type missing is unknown/);
});
