import { expect, test } from 'vitest';
import { createEngine } from './engine.ts';
import { readDataset } from './read-dataset.ts';
import { createDataset, payment } from './testing/speak.ts';

const dataset = readDataset(createDataset());
const named = payment('P1', { reference: 'INV-2026-00123' });
const vague = payment('P2', { reference: 'malipo', amount_cents: 340_000, msisdn: '254700000001' });

test('a payment that is sent again is a duplicate and credits nobody', () => {
  const engine = createEngine(dataset);
  expect(engine.predict(named)).toMatchObject({ decision: 'auto', allocations: [{ invoice: 'I1' }] });
  for (let again = 0; again < 2; again++) {
    expect(engine.predict(named)).toEqual({
      decision: 'none',
      confidence: 0,
      allocations: [],
      customer_id: null,
      reason: 'duplicate',
      guards: [],
    });
  }
});

test('what waits for a reviewer goes on waiting when it is sent again', () => {
  const engine = createEngine(dataset);
  expect(engine.predict(vague).decision).not.toBe('auto');
  expect(engine.predict(vague).reason).toBe('duplicate');
  const allocations = [{ invoice: 'I2', amount_cents: 340_000 }];
  engine.feedback([{ payment_id: 'P2', outcome: 'apply', customer_id: 'C2', allocations }]);
  const next = payment('P3', { reference: 'INV-2026-00124', amount_cents: 340_000 });
  expect(engine.predict(next).allocations).toEqual([]);
});

test('a payment of the history that is sent again is a duplicate, too', () => {
  const history = [{ payment: named, allocations: [], unapplied_cents: 250_000, customer_id: 'C1' }];
  expect(createEngine({ ...dataset, history }).predict(named).reason).toBe('duplicate');
});

test('what was taken back before a reviewer answered is not posted by the answer', () => {
  const engine = createEngine(dataset);
  expect(engine.predict(vague).decision).not.toBe('auto');
  const reversal = payment('P3', { type: 'reversal', trans_id: 'UH0000REV1', reverses_trans_id: vague.trans_id });
  expect(engine.predict(reversal).reason).toBe('reversal');
  const allocations = [{ invoice: 'I2', amount_cents: 340_000 }];
  engine.feedback([{ payment_id: 'P2', outcome: 'apply', customer_id: 'C2', allocations }]);
  const next = payment('P4', { reference: 'INV-2026-00124', amount_cents: 340_000 });
  expect(engine.predict(next)).toMatchObject({ decision: 'auto', allocations });
});

test('what was taken back before it arrived credits nobody, once or again, and neither does a reviewer', () => {
  const engine = createEngine(dataset);
  const reversal = payment('P0', { type: 'reversal', trans_id: 'UH0000REV1', reverses_trans_id: named.trans_id });
  expect(engine.predict(reversal).reason).toBe('reversal');
  expect(engine.predict(named)).toMatchObject({ decision: 'none', reason: 'reversal', allocations: [] });
  expect(engine.predict({ ...named, id: 'P7' })).toMatchObject({ decision: 'none', reason: 'duplicate' });
  const allocations = [{ invoice: 'I1', amount_cents: 250_000 }];
  engine.feedback([{ payment_id: 'P1', outcome: 'apply', customer_id: 'C1', allocations }]);
  const next = payment('P4', { reference: 'INV-2026-00123' });
  expect(engine.predict(next)).toMatchObject({ decision: 'auto', allocations });
});
