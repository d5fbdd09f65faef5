import type { Reason } from '@malipo/matching';

export type Language = 'en' | 'sw';
type Sentence = Record<Language, string>;

/** Why nothing was applied without a person. */
export const REASONS: Record<Exclude<Reason, 'none' | 'duplicate' | 'reversal'>, Sentence> = {
  tie: {
    en: 'two or more answers fit equally well',
    sw: 'majibu mawili au zaidi yanafaa sawasawa',
  },
  weak_evidence: {
    en: 'the evidence is too weak to apply it without a person',
    sw: 'ushahidi hautoshi kulipia ankara bila mtu kuangalia',
  },
  no_candidate: {
    en: 'nothing points clearly to a customer or an invoice',
    sw: 'hakuna kinachoelekeza wazi kwa mteja au ankara',
  },
  names_somebody_else: {
    en: 'the reference names somebody else',
    sw: 'kumbukumbu inamtaja mtu mwingine',
  },
  over_limit: {
    en: 'it is above the limit for automatic postings',
    sw: 'kiasi kimezidi kikomo cha maamuzi ya kiotomatiki',
  },
  flagged: { en: 'a doubt was raised about it', sw: 'kuna shaka juu yake' },
  unresolved_before: {
    en: "earlier money that may be this customer's is not settled yet",
    sw: 'kuna fedha za awali, huenda za mteja huyu, ambazo hazijaamuliwa',
  },
  refused: {
    en: 'a person refused this customer for such money lately',
    sw: 'hivi karibuni mtu alimkataa mteja huyu kwa fedha kama hizi',
  },
  automatic_off: {
    en: 'automatic decisions are switched off in the house rules',
    sw: 'maamuzi ya kiotomatiki yamezimwa kwenye kanuni',
  },
  person_decided: {
    en: 'a person decided on this money before',
    sw: 'mtu alishaamua kuhusu fedha hizi',
  },
  credit: {
    en: 'the customer owed nothing then; it is kept as credit',
    sw: 'mteja hakuwa na deni wakati huo; fedha zimewekwa kama akiba',
  },
};

/** Sentences with a place or a sum in them. */
export const SAYINGS = {
  left: (money: string): Sentence => ({
    en: `${money} is left over as the customer's credit`,
    sw: `${money} zimebaki kama akiba ya mteja`,
  }),
  duplicate: (place: string): Sentence => ({
    en: `the same receipt as on ${place}; not counted again`,
    sw: `risiti ile ile ya ${place}; haihesabiwi tena`,
  }),
  told: (place: string): Sentence => ({
    en: `the same day, amount and text as on ${place}; not counted again`,
    sw: `siku, kiasi na maneno yale yale ya ${place}; malipo hayahesabiwi tena`,
  }),
  otherAmount: (money: string): Sentence => ({
    en: `but there it is ${money}: compare both with the provider`,
    sw: `lakini hapo ni ${money}: linganisha malipo yote mawili na mtoa huduma`,
  }),
  otherPayer: (account: string, payer: string): Sentence => ({
    en: `but there it is for ${account ? `'${account}'` : 'no account'}, by ${payer || 'nobody named'}: if this is other money, apply it by hand`,
    sw: `lakini hapo ni kwa ${account ? `'${account}'` : 'akaunti isiyotajwa'}, na ${payer || 'mlipaji asiyetajwa'}: kama ni fedha nyingine, zitumie kwa mkono`,
  }),
  reversal: (place: string): Sentence => ({
    en: `takes back the payment on ${place}`,
    sw: `unarudisha malipo ya ${place}`,
  }),
  partReversal: (money: string, whole: string, place: string): Sentence => ({
    en: `reverses ${money} of the ${whole} on ${place}, which stays as it is; take ${money} off by hand`,
    sw: `unarudisha ${money} kati ya ${whole} za ${place}, ambazo zimebaki kama zilivyo; ondoa ${money} kwa mkono`,
  }),
  takenBackBefore: (place: string): Sentence => ({
    en: `the payment on ${place} is taken back already by another reversal; compare both with the provider`,
    sw: `malipo ya ${place} yamesharudishwa na urejeshaji mwingine; linganisha yote mawili na mtoa huduma`,
  }),
  unnamedReversal: (): Sentence => ({
    en: 'it does not say which payment it takes back; if that one was applied, take it off by hand',
    sw: 'hausemi ni malipo gani yanayorudishwa; kama yalilipia ankara, yaondoe kwa mkono',
  }),
  unknownReversal: (): Sentence => ({
    en: 'the payment that it takes back is not in the file; if it was applied before, take it off by hand',
    sw: 'malipo yanayorudishwa hayapo kwenye faili; kama yalishalipia ankara, yaondoe kwa mkono',
  }),
  takenBack: (place: string): Sentence => ({
    en: `taken back by the reversal on ${place}`,
    sw: `yamerudishwa na urejeshaji wa ${place}`,
  }),
  setOff: (invoices: string): Sentence => ({
    en: `the credit may be set off against ${invoices}, still open`,
    sw: `akiba inaweza kulipia ${invoices}, ambayo bado haijalipwa`,
  }),
  but: (): Sentence => ({ en: 'but', sw: 'lakini' }),
} as const;
