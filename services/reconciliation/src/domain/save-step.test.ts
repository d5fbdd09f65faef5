import { newId } from '@malipo/values';
import { expect, it } from 'vitest';
import { paymentFacts } from '../../test/builders.ts';
import { receive } from './match.ts';
import { noteStep, saveStep } from './save-step.ts';
import { leaveOpen, reverse } from './settle.ts';
import { beginUnit, type Unit } from './unit.ts';

const organisationId = newId();
const at = new Date('2026-03-02T09:00:00Z');
const act = { who: 'user', at, why: 'test' };
const unit: Unit<never> = beginUnit({
  organisationId,
  seq: 0,
  mode: 'test',
  at,
  state: null,
  receivable: () => undefined,
  owedBefore: () => 0,
});

it('money moves only in a step that leaves an entry', () => {
  const received = receive(paymentFacts({ amountCents: 50_000 }), organisationId, 1, at);
  const booking = { kind: 'payment_received', cause: 'test' } as const;
  const booked = saveStep(unit, received, { match: received, receivables: [] }, booking);
  expect(unit.entries).toHaveLength(1);
  const rejected = noteStep(unit, booked, leaveOpen(booked, 'rejected', act));
  expect([rejected.version, unit.entries.length]).toEqual([2, 1]);
  expect(() => noteStep(unit, rejected, reverse(rejected, act))).toThrow('moves money without an entry');
  expect(unit.matches.get(received.paymentId)?.now).toBe(rejected);
});
