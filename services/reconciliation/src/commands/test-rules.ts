import type { RulesTest } from '@malipo/api-contracts';
import { type Decision, decide } from '@malipo/matching';
import { UnavailableError } from '@malipo/service-kit';
import { engineRules, type HouseRules } from '../domain/house-rules.ts';
import { isSettledAs } from '../domain/match.ts';
import { type Difference, differenceOf, whyDifferent } from '../domain/rules-test.ts';
import { briefOf } from '../domain/run.ts';
import { type PastPayment, playPast } from './play-past.ts';
import type { Deps } from './work.ts';

/** More payments than this are a run's business. */
const MAX_TESTED = 2_000;
const MAX_EXAMPLES = 20;
const AT_ONCE = 2;
let running = 0;

type Sums = { becomeAutomaticCents: number; becomeManualCents: number; splitOtherwiseCents: number };

/**
 * Decides on a period's payments under today's rules and under others, side by side, each on the memory of its time.
 * Nothing acts: it only reads.
 * @throws {UnavailableError} tests_busy
 */
export async function testRules(
  deps: Deps,
  organisationId: string,
  asked: { today: HouseRules | undefined; tried: HouseRules; from: Date; to: Date },
): Promise<RulesTest> {
  if (running >= AT_ONCE) throw new UnavailableError('tests_busy', 'other rules are being tested; try again shortly');
  running++;
  try {
    return await play(deps, organisationId, asked);
  } finally {
    running--;
  }
}

async function play(
  deps: Deps,
  organisationId: string,
  { today, tried, from, to }: Parameters<typeof testRules>[2],
): Promise<RulesTest> {
  const counts: Record<Difference, number> = {
    none: 0,
    'becomes automatic': 0,
    'becomes manual': 0,
    'split otherwise': 0,
  };
  const sums = new Map<string, Sums>();
  const examples: RulesTest['examples'] = [];
  const automatic = new Map<string, Decision>();
  let payments = 0;
  let more = false;
  const [before, after] = [engineRules(today), engineRules(tried)];
  for await (const past of playPast(deps, organisationId, { from, to })) {
    if (payments >= MAX_TESTED) {
      more = true;
      break;
    }
    payments++;
    const { payment, state } = past;
    const { minConfidence } = state.rules;
    state.rules = { ...before, minConfidence };
    const old = decide(state, payment);
    state.rules = { ...after, minConfidence };
    const next = decide(state, payment);
    const difference = differenceOf(briefOf(old), briefOf(next));
    counts[difference]++;
    if (difference === 'none') continue;
    sums.set(payment.currency, added(sums.get(payment.currency), difference, payment.amountCents));
    if (difference === 'becomes automatic') automatic.set(payment.paymentId, next);
    if (examples.length < MAX_EXAMPLES) examples.push(exampleOf(past, old, next));
  }
  return {
    payments,
    more,
    differ: payments - counts.none,
    becomeAutomatic: { count: counts['becomes automatic'], againstPeople: await againstPeople(deps, automatic) },
    becomeManual: { count: counts['becomes manual'] },
    splitOtherwise: { count: counts['split otherwise'] },
    byCurrency: [...sums].map(([currency, cents]) => ({ currency, ...cents })),
    examples,
  };
}

function added(before: Sums | undefined, difference: Difference, cents: number): Sums {
  const sums = before ?? { becomeAutomaticCents: 0, becomeManualCents: 0, splitOtherwiseCents: 0 };
  if (difference === 'becomes automatic') return { ...sums, becomeAutomaticCents: sums.becomeAutomaticCents + cents };
  if (difference === 'becomes manual') return { ...sums, becomeManualCents: sums.becomeManualCents + cents };
  return { ...sums, splitOtherwiseCents: sums.splitOtherwiseCents + cents };
}

function exampleOf({ payment }: PastPayment, old: Decision, next: Decision): RulesTest['examples'][number] {
  const [was, would] = [briefOf(old), briefOf(next)];
  return {
    paymentId: payment.paymentId,
    receivedAt: new Date(payment.receivedAt).toISOString(),
    amountCents: payment.amountCents,
    currency: payment.currency,
    old: was,
    new: would,
    why: whyDifferent(was, would),
  };
}

/** How many of these did a person settle otherwise than the engine would have done by itself? */
async function againstPeople(deps: Deps, decisions: ReadonlyMap<string, Decision>): Promise<number> {
  let count = 0;
  for (const match of (await deps.reads.matches([...decisions.keys()])).values()) {
    const proposal = decisions.get(match.paymentId)?.proposal;
    if (proposal && match.status === 'confirmed' && !isSettledAs(match, proposal)) count++;
  }
  return count;
}
