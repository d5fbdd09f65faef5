import type { Received } from '@malipo/service-kit';
import { derivedId } from '@malipo/values';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { customerSaved } from '../../test/builders.ts';
import { heldLine, heldLines, isOpen, type Match } from '../domain/match.ts';
import { check } from './testing/check.ts';
import { play, withRuns } from './testing/steps.ts';
import { CUSTOMERS, createWorld, deliver, ORGANISATION, phoneOf, type World } from './testing/world.ts';

type Told = { allocations: { allocationId: string; invoiceId: string; amountCents: number; version: number }[] };

function openBusiness(): World {
  const world = createWorld();
  for (const [n, customerId] of CUSTOMERS.entries())
    deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
  return world;
}

/** What a follower that keeps the newest version of each allocation holds of each invoice (cents). */
function told({ events }: World): Map<string, number> {
  const newest = new Map<string, Told['allocations'][number]>();
  for (const { value } of events) {
    const { type, data } = JSON.parse(value) as Received<Told>;
    if (type !== 'payment.allocated' && type !== 'allocation.undone') continue;
    for (const one of data.allocations)
      if ((newest.get(one.allocationId)?.version ?? 0) < one.version) newest.set(one.allocationId, one);
  }
  const held = new Map<string, number>();
  for (const { invoiceId, amountCents } of newest.values())
    held.set(invoiceId, (held.get(invoiceId) ?? 0) + amountCents);
  return held;
}

const amountCents = fc.constantFrom(100, 500, 250_000, 499_700, 500_000, 1_000_000);
const confirm = fc.record({
  do: fc.constant('order' as const),
  verb: fc.constant('confirm' as const),
  n: fc.nat(9),
  pick: fc.nat(20),
});
/** One customer's invoices, money that only a person can place, and less that is owed. */
const placed = fc.oneof(
  fc.record({ do: fc.constant('issue' as const), n: fc.nat(3), who: fc.constant(0), total: amountCents }),
  fc.record({ do: fc.constant('change' as const), n: fc.nat(3), who: fc.constant(0), total: amountCents }),
  fc.record({
    do: fc.constant('pay' as const),
    n: fc.nat(9),
    amount: amountCents,
    reference: fc.constant(null),
    who: fc.constant(null),
    currency: fc.constant('KES'),
  }),
  { weight: 2, arbitrary: confirm },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const), n: fc.nat(3) }) },
);
const anyStep = fc.oneof({ weight: 3, arbitrary: placed }, { weight: 1, arbitrary: withRuns });

/** What a change or a void of one invoice may do to a payment that was on it. */
function checkKept(before: Match, after: Match, invoiceId: string): void {
  if (!before.byPerson) {
    // what the engine had placed may move, but not to nowhere while something else of it stood
    if (heldLines(before).some((line) => line.invoiceId !== invoiceId)) expect(isOpen(after)).toBe(false);
    return;
  }
  if (heldLines(after).length === 0) {
    expect(heldLines(before).every((line) => line.invoiceId === invoiceId)).toBe(true);
    expect(isOpen(after)).toBe(true);
    return;
  }
  expect(after.status).toBe(before.status);
  expect(after.customerId).toBe(before.customerId);
  expect([after.decidedBy, after.decidedAt]).toEqual([before.decidedBy, before.decidedAt]);
  for (const line of heldLines(before))
    if (line.invoiceId !== invoiceId) expect(heldLine(after, line.invoiceId)).toEqual(line);
  const [had, has] = [before, after].map((match) => heldLine(match, invoiceId)?.amountCents ?? 0) as [number, number];
  expect(after.creditCents - before.creditCents).toBe(had - has);
}

it('an invoice that is owed less takes only its surplus from the payments on it', { timeout: 120_000 }, () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
      const world = openBusiness();
      for (const [index, one] of steps.entries()) {
        const invoiceId = one.do === 'change' || one.do === 'void' ? derivedId('invoice', String(one.n)) : '';
        const invoice = world.receivables.get(invoiceId);
        const matches = new Map(world.matches);
        play(world, one, index + 2);
        check(world);
        const now = world.receivables.get(invoiceId);
        if (!invoice || !now || now.customerId !== invoice.customerId) continue;
        for (const [id, before] of matches) {
          const after = world.matches.get(id);
          if (!after || !heldLine(before, invoiceId)) continue;
          checkKept(before, after, invoiceId);
          if (before.byPerson && after !== before) seen++;
        }
        // it keeps as much as it is owed now
        if (now.status !== 'void' && [...invoice.paidBy].some((id) => matches.get(id)?.byPerson))
          if (invoice.appliedCents + invoice.roundingCents > now.totalCents && now.paidBy.length > 0)
            expect(now.balanceCents).toBe(0);
      }
    }),
    { numRuns: 80 },
  );
  expect(seen).toBeGreaterThan(10);
});

it('whoever keeps the newest version of each allocation holds what we hold', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(withRuns, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const world = openBusiness();
      for (const [index, one] of steps.entries()) play(world, one, index + 2);
      const held = told(world);
      for (const { invoiceId, appliedCents } of world.receivables.values())
        expect(held.get(invoiceId) ?? 0).toBe(appliedCents);
    }),
    { numRuns: 50 },
  );
});
