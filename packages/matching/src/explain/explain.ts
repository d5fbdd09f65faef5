import { type Evidence, FIT, PHONE } from '../evidence/evidence.ts';
import { FEATURES, type Group } from '../evidence/features.ts';
import { ACCOUNT } from '../evidence/numbers.ts';
import type { Model } from '../score/model.ts';
import type { Because, Contribution } from '../types.ts';
import type { Ground } from './grounds.ts';

/** Each feature's share of the score: weight times value. They add up to the score. */
export function contributions(model: Model, row: Float64Array): Contribution[] {
  const shares: Contribution[] = [];
  for (const [at, { name }] of FEATURES.entries()) {
    const value = row[at] ?? 0;
    if (value !== 0) shares.push({ feature: name, value, score: value * (model.customer.weights[at] ?? 0) });
  }
  return shares;
}

const GROUP_OF = new Map<string, Group>(FEATURES.map(({ name, group }) => [name, group]));

/** A few plain reasons, one for each group of features that says something; their scores add up as well. */
export function because(evidence: Evidence, shares: readonly Contribution[]): Because[] {
  const sums = new Map<Group, number>();
  for (const { feature, score } of shares) {
    const group = GROUP_OF.get(feature) ?? 'base';
    sums.set(group, (sums.get(group) ?? 0) + score);
  }
  return [...sums].map(([group, score]) => ({ score, ...WHY[group](evidence) }));
}

type Why = { code: Ground; detail?: string | undefined };

const WHY: Record<Group, (evidence: Evidence) => Why> = {
  base: () => ({ code: 'before_evidence' }),
  against: () => ({ code: 'points_elsewhere' }),
  reference: (evidence) => {
    const { named, requested, open, guess } = evidence;
    const number = open[named.picks[0] ?? -1]?.number;
    if (requested) return { code: 'answers_request' };
    if (named.shared > 0) return { code: named.shared === 3 ? 'invoice_short' : 'invoice_one_slip', detail: number };
    if (named.byPeriod) return { code: 'names_period' };
    if (guess && !number) return { code: 'invoice_part', detail: open[guess.picks[0] ?? -1]?.number };
    if (!number && named.level >= 3) return { code: named.open ? 'other_currency_invoice' : 'settled_invoice' };
    if (!number) return { code: 'near_invoice' };
    return { code: exactness(evidence, number), detail: number };
  },
  account: ({ account, typedPhone }) => {
    if (typedPhone) return { code: 'phone_typed' };
    return { code: account === ACCOUNT.full ? 'account_in_full' : 'account_digits' };
  },
  phone: ({ phone, typedPhone }) => {
    if (typedPhone && phone === PHONE.none) return { code: 'phone_typed' };
    if (phone === PHONE.own) return { code: 'own_phone' };
    return { code: phone === PHONE.contact ? 'contact_phone' : 'masked_phone' };
  },
  name: ({ text, payer }) => ({ code: text.matched >= payer.matched ? 'name_in_text' : 'payer_name' }),
  amount: ({ split, open, candidate, fit, guess, joint }) => {
    if (joint > 0) return { code: 'amount_of_several', detail: String(joint) };
    if (guess) return { code: AMOUNTS[guess.rule] };
    if (split.rule === 'named' && split.creditCents > 0 && fit === FIT.none) return { code: 'amount_over_named' };
    const owesElse = split.rule === 'credit' && open.length === 0 && candidate.customer.open.length > 0;
    return { code: owesElse ? 'amount_other_currency' : AMOUNTS[split.rule] };
  },
  habit: ({ candidate }) => ({ code: 'paid_before', detail: String(candidate.aliasCount) }),
};

/** How the text names this invoice: others that it names may be clearer. */
function exactness({ candidate, open }: Evidence, number: string): Ground {
  const slot = open.find((invoice) => invoice.number === number)?.slot;
  const hits = candidate.hits.filter((hit) => hit.invoice === slot);
  const level = Math.max(0, ...hits.map((hit) => hit.level));
  if (level === 4) return 'invoice_exact';
  if (level < 2) return 'invoice_two_slips';
  return level === 3 || hits.some((hit) => hit.start >= 0) ? 'invoice_short' : 'invoice_one_slip';
}

const AMOUNTS: Record<Evidence['split']['rule'], Ground> = {
  named: 'amount_to_named',
  equal: 'amount_equal',
  rounding: 'amount_rounding',
  sum: 'amount_sum',
  net: 'amount_net',
  'oldest first': 'amount_oldest_first',
  credit: 'amount_credit',
};
