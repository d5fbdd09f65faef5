import { expect, it } from 'vitest';
import { type Match, statusAfter } from './match.ts';

const match = ({ parts = [], ...changes }: Partial<Match> & { parts?: number[] }): Match => ({
  matchId: 'm',
  version: 1,
  applied: true,
  decision: 'auto',
  reason: 'none',
  confidence: 1,
  because: [],
  customerId: 'c',
  allocations: parts.map((amountCents) => ({ invoiceId: 'i', invoiceNumber: 'A-1', amountCents, roundingCents: 0 })),
  creditCents: 0,
  unappliedCents: 0,
  decidedBy: 'engine',
  decidedAt: new Date('2026-01-15T06:00:00Z'),
  ...changes,
});

it.each([
  ['all of it on invoices', { parts: [60, 40] }, 'allocated'],
  ['the rest as credit', { parts: [60], creditCents: 40 }, 'allocated'],
  ['all of it as credit', { creditCents: 100 }, 'allocated'],
  ['a part of it', { parts: [60], unappliedCents: 40 }, 'partly_allocated'],
  ['nothing of it', { unappliedCents: 100 }, 'unallocated'],
  ['a suggestion', { parts: [100], applied: false }, 'unallocated'],
] as const)('%s of a hundred leaves a payment where it says', (_what, changes, status) => {
  expect(statusAfter(match({ ...changes, parts: [...('parts' in changes ? changes.parts : [])] }), 100)).toBe(status);
});
