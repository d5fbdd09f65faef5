import { SPLIT_ORDER } from '@malipo/matching';
import type { OutgoingEvent } from '@malipo/service-kit';
import { derivedId } from '@malipo/values';
import fc from 'fast-check';
import {
  evidenceAdded,
  invoiceChanged,
  invoiceIssued,
  invoiceVoided,
  paymentReceived,
  paymentReversed,
} from '../../../test/builders.ts';
import { order, run, type Verb } from './orders.ts';
import { CUSTOMERS, deliver, ORGANISATION, phoneOf, type World } from './world.ts';

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
type Step = typeof withRuns extends fc.Arbitrary<infer Value> ? Value : never;

const invoiceOf = (n: number, who: number, totalCents: number) => ({
  invoiceId: derivedId('invoice', String(n)),
  customerId: CUSTOMERS[who] ?? '',
  number: `INV-000${n}`,
  totalCents,
});

export const paymentOf = (step: {
  n: number;
  amount: number;
  reference: number | null;
  who: number | null;
  currency?: string;
}) => ({
  paymentId: derivedId('payment', String(step.n)),
  amountCents: step.amount,
  currency: step.currency ?? 'KES',
  reference: step.reference === null ? null : `INV-000${step.reference}`,
  number:
    step.who === null ? ({ form: 'none', value: '' } as const) : ({ form: 'full', value: phoneOf(step.who) } as const),
});

export function play(world: World, step: Step, version: number): void {
  if (step.do === 'order') order(world, step.verb, step.n, step.pick);
  else if (step.do === 'run') run(world, step.rules, step.automatic);
  else {
    const event = eventOf(world, step, version);
    if (event) deliver(world, event);
  }
}

function eventOf(
  world: World,
  step: Exclude<Step, { do: 'order' | 'run' }>,
  version: number,
): OutgoingEvent | undefined {
  if (step.do === 'issue') return invoiceIssued(ORGANISATION, invoiceOf(step.n, step.who, step.total), version);
  if (step.do === 'change') return invoiceChanged(ORGANISATION, invoiceOf(step.n, step.who, step.total), version);
  if (step.do === 'void') return invoiceVoided(ORGANISATION, invoiceOf(step.n, 0, 0), version);
  if (step.do === 'pay') return paymentReceived(ORGANISATION, paymentOf(step));
  const known = world.matches.get(derivedId('payment', String(step.n)))?.payment;
  if (!known) return undefined;
  if (step.do === 'reverse') return paymentReversed(ORGANISATION, { ...known, payerNames: [], flags: [] }, version);
  const { n, reference, who } = step;
  const better = paymentOf({ n, amount: known.amountCents, reference, who, currency: known.currency });
  return evidenceAdded(ORGANISATION, better, version);
}
