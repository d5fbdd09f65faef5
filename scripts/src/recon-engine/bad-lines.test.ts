import { expect, test } from 'vitest';
import { createDataset, feed, killAfterEach, payment, speak } from './testing/speak.ts';

killAfterEach();
const dir = createDataset();
const line = (message: unknown) => `${JSON.stringify(message)}\n`;
const init = line({ type: 'init', dir });
const pay = (id: string, change: object = {}) =>
  line({ type: 'payment', payment: { ...payment(id, { reference: 'INV-2026-00123' }), ...change } });
const end = line({ type: 'end' });
const NONE = { type: 'prediction', decision: 'none', confidence: 0, allocations: [], customer_id: null };

test('a line that is no JSON object is told with its number and skipped; answers before and after stand', async () => {
  const bad = ['{not json\n', 'null\n', '[1]\n', '"x"\n', '5\n', '\n'];
  const { code, answers, errors } = await feed([init, pay('P1'), ...bad, pay('P2'), end]);
  expect(code).toBe(1);
  expect(answers.map(({ type, payment_id }) => payment_id ?? type)).toEqual(['ready', 'P1', 'P2']);
  expect(answers[1]).toMatchObject({ decision: 'auto', allocations: [{ invoice: 'I1', amount_cents: 250_000 }] });
  const told = errors.trimEnd().split('\n');
  expect(told).toHaveLength(5);
  expect(told[0]).toMatch(/^error: line 3: .*not a JSON object.*send/);
  expect(told[4]).toMatch(/^error: line 7: /);
});

test('a payment that cannot be read is answered with `none` where its id can be', async () => {
  const half = '{"type": "payment", "payment": {"id": "P2", "tenant_id": \n';
  const notANumber = pay('P3').replace('250000', 'NaN');
  const lines = [half, notANumber, line({ type: 'payment', payment: { id: 'P4' } }), pay('P5', { reference: 5 })];
  const { code, answers, errors } = await feed([init, pay('P1'), ...lines, pay('P6'), end]);
  expect(code).toBe(1);
  expect(answers.map(({ type, payment_id }) => payment_id ?? type)).toEqual([
    'ready',
    'P1',
    'P2',
    'P3',
    'P4',
    'P5',
    'P6',
  ]);
  for (const answer of answers.slice(2, 6)) expect(answer).toMatchObject({ ...NONE, reason: 'unreadable' });
  expect(errors).toContain('line 5: payment "P4": tenant_id is missing');
  expect(errors).toContain('line 6: payment "P5": reference must be text or null');
});

test('a payment without an id is told and skipped', async () => {
  const { code, answers, errors } = await feed([
    init,
    line({ type: 'payment' }),
    line({ type: 'payment', payment: {} }),
  ]);
  expect([code, answers.length]).toEqual([1, 1]);
  expect(errors).toContain('line 2: payment is missing');
  expect(errors).toContain('line 3: payment: id is missing');
});

test('feedback that cannot be read is told; its good items count', async () => {
  const settled = (id: string) => ({
    payment_id: id,
    outcome: 'apply',
    customer_id: 'C2',
    allocations: [{ invoice: 'I2', amount_cents: 340_000 }],
  });
  const vague = { reference: 'malipo', amount_cents: 340_000, msisdn: '254700000001' };
  const items = [{ payment_id: 'zz' }, null, settled('P1')];
  const { code, answers, errors } = await feed([
    init,
    pay('P1', vague),
    line({ type: 'feedback' }),
    line({ type: 'feedback', items }),
    pay('P2', { reference: 'INV-2026-00124', amount_cents: 340_000 }),
    end,
  ]);
  expect(code).toBe(1);
  expect(answers[2]?.allocations).toEqual([]);
  expect(errors).toContain('line 3: feedback: items is missing');
  expect(errors).toMatch(/line 4: feedback: 2 of 3 items .*item 1: outcome/);
});

test('a byte order mark and absent optional fields are no fault', async () => {
  const {
    shortcode: _,
    payer_first: _1,
    payer_middle: _2,
    payer_last: _3,
    msisdn: _4,
    narrative: _5,
    ...short
  } = {
    shortcode: '632810',
    ...payment('P1', { reference: 'INV-2026-00123' }),
  };
  const { code, answers, errors } = await feed([`\uFEFF${init}`, line({ type: 'payment', payment: short }), end]);
  expect([code, errors]).toEqual([0, '']);
  expect(answers[1]).toMatchObject({ decision: 'auto', customer_id: 'C1' });
});

test('what a crowd of bad lines says fits a pipe that nobody reads, and its number is told in the end', async () => {
  const { code, errors } = await feed([init, 'nonsense\n'.repeat(5_000), end]);
  expect(code).toBe(1);
  expect(errors.length).toBeLessThan(32_768);
  expect(errors).toMatch(/5,?000 .*lines/);
});

test('nothing to do is no fault', async () => {
  expect(await speak([], { endInput: true })).toEqual({ code: 0, errors: '', answers: [] });
});
