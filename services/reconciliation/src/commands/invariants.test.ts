import { apply, createState, decide, type Fact, SPLIT_ORDER } from '@malipo/matching';
import type { Received } from '@malipo/service-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerSaved, paymentReceived, received } from '../../test/builders.ts';
import { isOpen, type Match, proposalsOf } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import { checkSettlement } from '../domain/settle.ts';
import { check } from './testing/check.ts';
import { atTwoHouses, paymentOf, play, withRuns } from './testing/steps.ts';
import {
  CUSTOMERS,
  createWorld,
  customersOf,
  deliver,
  HOUSES,
  houseOf,
  ORGANISATION,
  phoneOf,
  type World,
} from './testing/world.ts';

function openHouses(): World {
  const world = createWorld();
  for (const [house, { organisationId }] of HOUSES.entries())
    for (const [n, customerId] of customersOf(house).entries())
      deliver(world, customerSaved(organisationId, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
  return world;
}

/** All that the database holds of an organisation, but for ids that are new with every play. */
function heldBy(world: World, organisationId: string) {
  const own = <One extends { organisationId: string }>(all: Iterable<One>) =>
    [...all].filter((one) => one.organisationId === organisationId);
  const matches = own(world.matches.values()).map(({ payment: { channelId: _, ...payment }, ...match }) => ({
    ...match,
    payment,
  }));
  const entries = own(world.entries).map(({ cause: _, ...entry }) => entry);
  return { matches, entries, receivables: own(world.receivables.values()) };
}

describe('any order of invoices, payments, voids and people’s decisions', { timeout: 120_000 }, () => {
  it('keeps every entry, every payment and every invoice whole', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) {
          play(world, one, index + 2);
          check(world);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('leaves two businesses in one database, of which one is live, as each would be alone', () => {
    fc.assert(
      fc.property(fc.array(atTwoHouses, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
        const worlds = [openHouses(), openHouses(), openHouses()];
        for (const [index, one] of steps.entries()) {
          const [both, ...alone] = worlds as [World, World, World];
          play(both, one, index + 2);
          check(both);
          const own = alone[one.house];
          if (own) play(own, one, index + 2);
        }
        for (const [house, { organisationId }] of HOUSES.entries()) {
          const [together, alone] = [worlds[0], worlds[house + 1]].map((world) =>
            heldBy(world as World, organisationId),
          );
          expect(together).toEqual(alone);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('decides the same from memory as from the log', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        const { facts, state } = houseOf(world);
        const rebuilt = createState(ORGANISATION);
        for (const fact of JSON.parse(JSON.stringify(facts)) as Fact[]) apply(rebuilt, fact);
        rebuilt.rules = state.rules; // as `memory/book.ts` does: memory is the fold, whatever the rules
        for (let n = 0; n < 6; n++) {
          const data = paymentOf({ n: 99, amount: 500_000, reference: n, who: n % 3 });
          const payment = { ...toPaymentFact(received(paymentReceived(ORGANISATION, data)).data as Match['payment']) };
          expect(decide(rebuilt, payment)).toEqual(decide(state, payment));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('leaves nothing to decide again that is decided again and again, nor a proposal that could not be confirmed', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        const look = () => play(world, { do: 'run', rules: [...SPLIT_ORDER], automatic: true }, 0);
        // each look may take away what held the next payment back
        for (const _ of world.matches) look();
        const before = new Map(world.matches);
        look();
        expect(world.matches).toEqual(before);
        for (const match of world.matches.values())
          for (const proposal of isOpen(match) ? proposalsOf(match.decision) : [])
            expect(() => checkSettlement(match, proposal, (id) => world.receivables.get(id))).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });

  it('numbers the events about a payment without a gap or a repeat', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        const seen = new Map<string, number>();
        const allocations = new Map<string, { amountCents: number; version: number }>();
        for (const { value } of world.events) {
          const { type, subject, data } = JSON.parse(value) as Received<{
            allocations?: { allocationId: string; amountCents: number; version: number }[];
          }>;
          expect(subject.version).toBeGreaterThan(seen.get(subject.id) ?? 0);
          seen.set(subject.id, subject.version);
          if (type === 'payment.needs-review') continue; // its allocations are only suggested
          for (const { allocationId, amountCents, version } of data.allocations ?? []) {
            const before = allocations.get(allocationId);
            if (before?.version === version) expect(amountCents).toBe(before.amountCents);
            else expect(version).toBe((before?.version ?? 0) + 1);
            allocations.set(allocationId, { amountCents, version });
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
