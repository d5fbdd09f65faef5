import { type Evidence, PHONE } from '../evidence/evidence.ts';
import { FEATURES, type Group } from '../evidence/features.ts';
import type { Model } from '../score/model.ts';
import type { Because, Contribution } from '../types.ts';

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

/** A few plain sentences, one for each group of features that says something; their scores add up as well. */
export function because(evidence: Evidence, shares: readonly Contribution[]): Because[] {
  const sums = new Map<Group, number>();
  for (const { feature, score } of shares) {
    const group = GROUP_OF.get(feature) ?? 'base';
    sums.set(group, (sums.get(group) ?? 0) + score);
  }
  return [...sums].map(([group, score]) => ({ score, ...sentence(group, evidence) }));
}

type Sentence = { en: string; sw: string };

/** Stands for what the score is before any evidence; whoever tells a person why leaves it out. */
export const BEFORE_EVIDENCE: Readonly<Sentence> = { en: 'before any evidence', sw: 'kabla ya ushahidi wowote' };

const FIXED: Record<Extract<Group, 'base' | 'against'>, Sentence> = {
  base: BEFORE_EVIDENCE,
  against: { en: 'something points to somebody else', sw: 'kuna kinachoelekeza kwa mtu mwingine' },
};

function sentence(group: Group, evidence: Evidence): Sentence {
  if (group === 'base' || group === 'against') return FIXED[group];
  return WORDS[group](evidence);
}

const WORDS: Record<Exclude<Group, 'base' | 'against'>, (e: Evidence) => Sentence> = {
  reference: ({ named, requested, open }) => {
    const number = open[named.picks[0] ?? -1]?.number;
    if (requested) return { en: 'it answers our own payment request', sw: 'ni jibu la ombi letu la malipo' };
    if (named.byPeriod)
      return { en: 'the reference names the month or term', sw: 'kumbukumbu inataja mwezi au muhula' };
    if (!number)
      return {
        en: "the reference comes close to one of the customer's invoices",
        sw: 'kumbukumbu inakaribia ankara ya mteja',
      };
    const how = EXACTNESS[named.level] ?? EXACTNESS[1];
    return { en: `the reference ${how.en} ${number}`, sw: `kumbukumbu ${how.sw} ${number}` };
  },
  account: ({ account }) =>
    account === 3
      ? { en: "the customer's account number is typed in full", sw: 'namba ya akaunti ya mteja imeandikwa kamili' }
      : { en: "digits of the customer's account number are typed", sw: 'tarakimu za akaunti ya mteja zimeandikwa' },
  phone: ({ phone, typedPhone }) => {
    if (typedPhone) return { en: "the customer's phone number is typed", sw: 'namba ya simu ya mteja imeandikwa' };
    if (phone === PHONE.own) return { en: "it was paid from the customer's phone", sw: 'imelipwa kwa simu ya mteja' };
    if (phone === PHONE.contact)
      return { en: "it was paid from a contact's phone", sw: 'imelipwa kwa simu ya mtu wa karibu wa mteja' };
    return {
      en: "the visible digits fit the customer's phone",
      sw: 'tarakimu zinazoonekana zinalingana na simu ya mteja',
    };
  },
  name: ({ text, payer }) =>
    text.matched >= payer.matched
      ? { en: "the text carries the customer's name", sw: 'maandishi yana jina la mteja' }
      : {
          en: "the payer's name fits the customer or a contact",
          sw: 'jina la mlipaji linalingana na mteja au mtu wake',
        },
  amount: ({ split }) => AMOUNTS[split.rule],
  habit: ({ candidate }) => ({
    en: `this payer has paid for the customer ${candidate.aliasCount} times`,
    sw: `mlipaji huyu amemlipia mteja mara ${candidate.aliasCount}`,
  }),
};

const EXACTNESS: Record<number, Sentence> & { 1: Sentence } = {
  4: { en: 'is exactly', sw: 'ni sawa kabisa na' },
  3: { en: 'is a short or look-alike form of', sw: 'ni ufupisho au mfanano wa' },
  2: { en: 'is one slip from', sw: 'imekosewa herufi moja tu kutoka' },
  1: { en: 'is two slips from', sw: 'imekosewa herufi mbili kutoka' },
};

const AMOUNTS: Record<Evidence['split']['rule'], Sentence> = {
  named: { en: 'the money goes to the invoice that was named', sw: 'fedha zinaenda kwa ankara iliyotajwa' },
  equal: { en: 'the amount equals an open balance', sw: 'kiasi ni sawa na salio la ankara' },
  rounding: { en: 'the amount is within rounding of a balance', sw: 'kiasi kinakaribia salio kwa shilingi chache' },
  sum: { en: 'the amount is the sum of several balances', sw: 'kiasi ni jumla ya salio za ankara kadhaa' },
  net: { en: 'the amount is a balance less tax or a charge', sw: 'kiasi ni salio baada ya kodi au ada' },
  'oldest first': {
    en: 'the amount fits no balance; the oldest is paid first',
    sw: 'kiasi hakilingani; ankara ya zamani hulipwa kwanza',
  },
  credit: { en: 'nothing is open; the money is kept as credit', sw: 'hakuna deni; fedha zinawekwa kama akiba' },
};
