import { expect, test } from 'vitest';
import { createDataset, feed, killAfterEach, payment, speak } from './testing/speak.ts';

killAfterEach();
const dir = createDataset();
const init = { type: 'init', dir };
const named = { type: 'payment', payment: payment('P1', { reference: 'INV-2026-00123' }) };

test('it is ready, answers every payment in order, and ends on `end` with its input still open', async () => {
  const again = { type: 'payment', payment: payment('P2', { reference: 'INV-2026-00123', trans_id: 'UH1RECEIP1' }) };
  const { code, answers, errors } = await speak([init, named, again, { type: 'end' }], { endInput: false });
  expect(code).toBe(0);
  expect(errors).toBe('');
  expect(answers.map(({ type, payment_id }) => [type, payment_id])).toEqual([
    ['ready', undefined],
    ['prediction', 'P1'],
    ['prediction', 'P2'],
  ]);
  expect(answers[1]).toMatchObject({
    decision: 'auto',
    customer_id: 'C1',
    allocations: [{ invoice: 'I1', amount_cents: 250_000 }],
  });
  expect(answers[2]).toMatchObject({ decision: 'none', allocations: [] });
});

test('it ends on the end of its input, whatever is still to be answered', async () => {
  const { code, answers } = await speak([init, named], { endInput: true });
  expect(code).toBe(0);
  expect(answers.map(({ type }) => type)).toEqual(['ready', 'prediction']);
});

test('what reviewers answered counts from the next payment on', async () => {
  const vague = payment('P3', { reference: 'malipo', amount_cents: 340_000, msisdn: '254700000001' });
  const settled = {
    payment_id: 'P3',
    outcome: 'apply',
    customer_id: 'C2',
    allocations: [{ invoice: 'I2', amount_cents: 340_000 }],
  };
  const next = payment('P4', { reference: 'INV-2026-00124', amount_cents: 340_000 });
  const { answers } = await speak(
    [
      init,
      { type: 'payment', payment: vague },
      { type: 'feedback', items: [settled] },
      { type: 'payment', payment: next },
      { type: 'end' },
    ],
    { endInput: false },
  );
  expect(answers[1]?.decision).not.toBe('auto');
  // the invoice is settled: the same number names nothing that is open
  expect(answers[2]?.allocations).toEqual([]);
});

test('lines and characters may arrive in pieces', async () => {
  const vague = { type: 'payment', payment: payment('P5', { reference: 'Ng’ang’a INV-2026-00123' }) };
  const bytes = Buffer.from([init, vague, { type: 'end' }].map((message) => `${JSON.stringify(message)}\n`).join(''));
  const cut = bytes.indexOf(0xe2) + 1;
  const { answers } = await feed([bytes.subarray(0, cut), bytes.subarray(cut)], { endInput: false });
  expect(answers).toHaveLength(2);
  expect(answers[1]).toMatchObject({ payment_id: 'P5', decision: 'auto' });
});

test('a line ends at a line feed only: U+2028 and U+2029 are text, and a carriage return before it is no harm', async () => {
  const odd = payment('P6', { reference: 'INV-2026-00123', payer_first: 'NASERIAN\u2028\u2029' });
  const lines = [init, { type: 'payment', payment: odd }].map((message) => `${JSON.stringify(message)}\r\n`);
  const { code, answers, errors } = await feed([lines.join('')]);
  expect([code, errors]).toEqual([0, '']);
  expect(answers[1]).toMatchObject({ payment_id: 'P6', decision: 'auto' });
});

test('many lines that come at once are split as one by one', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({
    type: 'payment',
    payment: payment(`P${index}`, { trans_id: `R${index}`, narrative: 'é'.repeat(200) }),
  }));
  const { code, answers } = await speak([init, ...many, { type: 'end' }], { endInput: false });
  expect(code).toBe(0);
  expect(answers.slice(1).map((answer) => answer.payment_id)).toEqual(many.map((one) => one.payment.id));
});
