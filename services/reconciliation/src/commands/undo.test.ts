import fc from 'fast-check';
import { expect, it } from 'vitest';
import { customerSaved } from '../../test/builders.ts';
import { isLeftACrumb } from '../domain/crumb.ts';
import { isOpen } from '../domain/match.ts';
import { check } from './testing/check.ts';
import { order } from './testing/orders.ts';
import { play, withRuns } from './testing/steps.ts';
import { CUSTOMERS, createWorld, deliver, ORGANISATION, phoneOf, type World } from './testing/world.ts';

/** What is owed on each invoice, and what each account holds, by the entries (cents). */
function stateOf({ entries, receivables }: World) {
  const accounts = new Map<string, number>();
  for (const { mode, currency, legs } of entries)
    for (const { account, customerId, amountCents } of legs) {
      const key = [mode, currency, account, customerId].join(' ');
      accounts.set(key, (accounts.get(key) ?? 0) + amountCents);
    }
  const owed = [...receivables.values()].map(({ invoiceId, balanceCents, appliedCents, roundingCents, status }) => ({
    ...{ invoiceId, balanceCents, appliedCents, roundingCents, status },
  }));
  return { owed, accounts: new Map([...accounts].filter(([, amountCents]) => amountCents !== 0)) };
}

it('a match that is undone leaves invoices and ledger as they were before', { timeout: 120_000 }, () => {
  let seen = 0;
  fc.assert(
    fc.property(
      fc.array(withRuns, { minLength: 5, maxLength: 40, size: 'max' }),
      fc.array(fc.record({ n: fc.nat(9), pick: fc.nat(20) }), { minLength: 10, maxLength: 10 }),
      (steps, aims) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        for (const aim of aims) {
          const before = stateOf(world);
          const wasOpen = new Set([...world.matches.values()].filter(isOpen).map(({ paymentId }) => paymentId));
          const hadCrumbs = [...world.receivables.values()].some(isLeftACrumb);
          order(world, 'confirm', aim);
          const placed = [...world.matches.values()].find((one) => wasOpen.has(one.paymentId) && !isOpen(one));
          if (!placed || hadCrumbs) continue;
          order(world, 'undo', aim);
          check(world);
          expect(stateOf(world)).toEqual(before);
          seen++;
        }
      },
    ),
    { numRuns: 80 },
  );
  expect(seen).toBeGreaterThan(50);
});

const n = fc.nat(3);
const placed = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    n,
    amount: fc.constantFrom(500, 499_700),
    reference: fc.constant(null),
    who: fc.constant(null),
    currency: fc.constant('KES'),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      verb: fc.constantFrom('confirm' as const, 'undo' as const),
      n,
      pick: fc.constant(1),
    }),
  },
);

it('an undo of a person leaves no crumb where money lies', { timeout: 120_000 }, () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(placed, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
      const world = createWorld();
      play(world, { do: 'issue', n: 0, who: 0, total: 500_200 }, 1);
      for (const [index, one] of steps.entries()) {
        play(world, one, index + 2);
        check(world);
        const [invoice] = world.receivables.values();
        expect(invoice && isLeftACrumb(invoice)).toBe(false);
        if (one.do === 'order' && one.verb === 'undo' && invoice?.roundingCents) seen++;
      }
    }),
    { numRuns: 80 },
  );
  expect(seen).toBeGreaterThan(10);
});
