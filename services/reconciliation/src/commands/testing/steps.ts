import { SPLIT_ORDER } from '@malipo/matching';
import type { OutgoingEvent } from '@malipo/service-kit';
import fc from 'fast-check';
import {
  evidenceAdded,
  invoiceChanged,
  invoiceIssued,
  invoiceVoided,
  paymentReceived,
  paymentReversed,
} from '../../../test/builders.ts';
import type { Mode } from '../../domain/ledger.ts';
import { order, run, type Verb } from './orders.ts';
import { customersOf, deliver, HOUSES, idOf, phoneOf, type World } from './world.ts';

const amount = fc.constantFrom(100, 500, 499_700, 500_000, 500_200, 250_000, 1_000_000, 1_234_500);
const small = fc.nat(5);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const), n: small, who: fc.nat(2), total: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), n: small, who: fc.nat(2), total: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), n: small }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      n: fc.nat(9),
      amount,
      reference: fc.option(fc.nat(5)),
      who: fc.option(fc.nat(2)),
      currency: fc.constantFrom('KES', 'KES', 'KES', 'USD'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('evidence' as const), n: fc.nat(9), reference: small, who: fc.nat(2) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), n: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      verb: fc.constantFrom<Verb>('confirm', 'reject', 'undo', 'apply-credit'),
      n: fc.nat(9),
      pick: fc.nat(20),
    }),
  },
);
/** All that may happen, in any order. */
export const withRuns = fc.oneof(
  { weight: 9, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      rules: fc.shuffledSubarray([...SPLIT_ORDER]),
      automatic: fc.boolean(),
    }),
  },
);
/** The same at either house: test money at the live one, and what names the other house's invoices and payments. */
export const atTwoHouses = fc
  .tuple(withRuns, fc.nat(1), fc.constantFrom<Mode>('live', 'live', 'test'), fc.nat(4))
  .map(([one, house, mode, chance]) => ({ ...one, house, mode, abroad: chance === 0 }));
type Step = (typeof withRuns extends fc.Arbitrary<infer Value> ? Value : never) & {
  house?: number;
  mode?: Mode;
  abroad?: boolean;
};

const invoiceOf = (n: number, who: number, totalCents: number, house?: number) => ({
  invoiceId: idOf('invoice', n, house),
  customerId: customersOf(house ?? 0)[who] ?? '',
  number: `INV-000${n}`,
  totalCents,
});

export const paymentOf = (step: {
  n: number;
  amount: number;
  reference: number | null;
  who: number | null;
  currency?: string;
  house?: number;
  mode?: Mode;
}) => ({
  paymentId: idOf('payment', step.n, step.house),
  mode: step.house === 1 ? (step.mode ?? 'live') : 'test',
  amountCents: step.amount,
  currency: step.currency ?? 'KES',
  reference: step.reference === null ? null : `INV-000${step.reference}`,
  number:
    step.who === null ? ({ form: 'none', value: '' } as const) : ({ form: 'full', value: phoneOf(step.who) } as const),
});

export function play(world: World, step: Step, version: number): void {
  const { organisationId } = HOUSES[step.house ?? 0] ?? HOUSES[0];
  if (step.do === 'order') order(world, step.verb, step, organisationId);
  else if (step.do === 'run') run(world, step.rules, step.automatic, organisationId);
  else {
    const event = eventOf(world, step, version, organisationId);
    if (event) deliver(world, event);
  }
}

function eventOf(
  world: World,
  step: Exclude<Step, { do: 'order' | 'run' }>,
  version: number,
  at: string,
): OutgoingEvent | undefined {
  const { n, house = 0 } = step;
  if (step.do === 'issue') return invoiceIssued(at, invoiceOf(n, step.who, step.total, house), version);
  if (step.do === 'change') return invoiceChanged(at, invoiceOf(n, step.who, step.total, house), version);
  if (step.do === 'void') return invoiceVoided(at, invoiceOf(n, 0, 0, house), version);
  if (step.do === 'pay') return paymentReceived(at, paymentOf(step));
  const abroad = step.do === 'reverse' && step.abroad;
  const known = world.matches.get(idOf('payment', n, abroad ? 1 - house : house))?.payment;
  if (!known) return undefined;
  if (step.do === 'reverse') return paymentReversed(at, { ...known, payerNames: [], flags: [] }, version);
  const { reference, who } = step;
  const better = paymentOf({ n, amount: known.amountCents, reference, who, currency: known.currency, house });
  return evidenceAdded(at, { ...better, mode: known.mode }, version);
}
