import fc from 'fast-check';
import { expect, it } from 'vitest';
import { customerSaved, paymentReceived } from '../../test/builders.ts';
import type { Match } from '../domain/match.ts';
import { confirmIn } from './decide-by-person.ts';
import { check } from './testing/check.ts';
import { paymentOf, play } from './testing/steps.ts';
import { CAUSE, CUSTOMERS, createWorld, deliver, inUnit, ORGANISATION, phoneOf, type World } from './testing/world.ts';

const n = fc.integer({ min: 1, max: 3 });
const total = fc.constantFrom(100, 500, 250_000, 499_700, 500_000);
const who = fc.constant(0);
const order = <Verb extends 'apply-credit' | 'undo'>(verb: Verb) =>
  fc.record({ do: fc.constant('order' as const), verb: fc.constant(verb), n: fc.nat(9), pick: fc.nat(20) });
/** What may happen to credit: it is spent, and what it was spent on is owed less, or not at all, or is taken back. */
const later = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const), n, who, total }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), n, who, total }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), n }) },
  { weight: 4, arbitrary: order('apply-credit') },
  { weight: 1, arbitrary: order('undo') },
);

/** A customer who paid more than was owed, which the engine saw by itself. */
function overpaid(spends: boolean): World {
  const world = createWorld();
  if (spends) world.reads.spending = new Set([ORGANISATION]);
  deliver(
    world,
    customerSaved(ORGANISATION, { customerId: CUSTOMERS[0] ?? '', name: 'Otieno Ouma', phone: phoneOf(0) }),
  );
  play(world, { do: 'issue', n: 0, who: 0, total: 500_000 }, 2);
  const payment = paymentOf({ n: 0, amount: 800_000, reference: 0, who: 0 });
  deliver(world, paymentReceived(ORGANISATION, { ...payment, payerNames: ['OTIENO', 'OUMA'] }));
  expect([...world.matches.values()]).toMatchObject([{ status: 'auto', creditCents: 300_000 }]);
  return world;
}

it('credit that is spent, freed and taken back leaves every sum and the engine’s memory whole', () => {
  let spent = 0;
  fc.assert(
    fc.property(fc.array(later, { minLength: 4, maxLength: 40, size: 'max' }), fc.boolean(), (steps, spends) => {
      const world = overpaid(spends);
      for (const [index, step] of steps.entries()) {
        play(world, step, index + 4);
        check(world);
      }
      spent += world.entries.filter((entry) => entry.kind === 'credit_applied').length;
      play(world, { do: 'order', verb: 'undo', n: 0, pick: 0 }, steps.length + 4);
      check(world);
    }),
    { numRuns: 60 },
  );
  expect(spent).toBeGreaterThan(10);
});

/** Money that a person keeps for a customer. @returns what of it is left (cents) */
function credited(
  world: World,
  n: number,
  amount: number,
  { day, currency = 'KES' }: { day: string; currency?: string },
) {
  const payment = paymentOf({ n, amount, reference: null, who: null, currency });
  deliver(world, paymentReceived(ORGANISATION, { ...payment, receivedAt: `${day}T09:00:00.000Z` }));
  const match = () => world.matches.get(payment.paymentId) as Match;
  const settlement = { customerId: CUSTOMERS[0] ?? '', allocations: [] };
  inUnit(world, (unit) => confirmIn(unit, match(), settlement, { who: 'user', why: 'test', cause: CAUSE }));
  return () => match().creditCents;
}

it('credit pays a new invoice from the oldest on, for as long as it is open, and in its currency', () => {
  const world = createWorld();
  world.reads.spending = new Set([ORGANISATION]);
  deliver(world, customerSaved(ORGANISATION, { customerId: CUSTOMERS[0] ?? '', name: 'Otieno', phone: phoneOf(0) }));
  const left = [
    credited(world, 0, 300_000, { day: '2026-02-20' }),
    credited(world, 1, 400_000, { day: '2026-02-10' }),
    credited(world, 2, 100_000, { day: '2026-02-25' }),
    credited(world, 3, 900_000, { day: '2026-02-01', currency: 'USD' }),
  ];
  play(world, { do: 'issue', n: 0, who: 0, total: 500_000 }, 2);
  check(world);
  expect(left.map((cents) => cents())).toEqual([200_000, 0, 100_000, 900_000]);
  expect([...world.receivables.values()]).toMatchObject([{ status: 'settled', appliedCents: 500_000 }]);
});
