import type { GuardName, SplitRule } from '@malipo/matching';

export type Words = { en: string; sw: string };

/** What each rule of the `split` stage does, in plain words. */
export const SPLIT_WORDS: Record<SplitRule, Words> = {
  named: {
    en: 'Invoices that the payer names are paid first.',
    sw: 'Ankara zilizotajwa na mlipaji hulipwa kwanza.',
  },
  equal: {
    en: 'An invoice of exactly this amount is paid.',
    sw: 'Ankara yenye kiasi hiki kamili hulipwa.',
  },
  rounding: {
    en: 'An invoice that differs by no more than the rounding is paid.',
    sw: 'Ankara inayotofautiana kwa kiasi kidogo cha kukaribisha hulipwa.',
  },
  sum: {
    en: 'Two to four invoices that add up to the amount are paid together.',
    sw: 'Ankara mbili hadi nne ambazo jumla yake ni kiasi hiki hulipwa pamoja.',
  },
  net: {
    en: 'An invoice less withholding tax, or less a charge that was kept back, is paid in part.',
    sw: 'Ankara iliyopunguzwa kodi ya zuio au ada ya muamala hulipwa kwa sehemu.',
  },
  'oldest first': {
    en: 'The oldest invoices are paid first, for as long as the money lasts.',
    sw: 'Ankara za zamani zaidi hulipwa kwanza, hadi pesa ziishe.',
  },
};

const GUARD_WORDS: Record<GuardName, Words> = {
  'split-tie': { en: 'Two different splits fit.', sw: 'Migawanyo miwili tofauti inafaa.' },
  disputed: {
    en: 'A mistyped number points to one invoice and the amount to another.',
    sw: 'Namba iliyokosewa inaonyesha ankara moja na kiasi kinaonyesha nyingine.',
  },
  'equal-evidence': {
    en: 'Somebody else is as well supported.',
    sw: 'Mteja mwingine ana ushahidi sawa.',
  },
  'runner-up': { en: 'Somebody else is likely too.', sw: 'Mteja mwingine pia anawezekana.' },
  'names-somebody-else': {
    en: 'The reference names another customer.',
    sw: 'Kumbukumbu inamtaja mteja mwingine.',
  },
  'unresolved-before': {
    en: 'This customer has money in the review queue; only an exactly named invoice paid to the cent passes.',
    sw: 'Mteja huyu ana malipo yanayosubiri ukaguzi; ankara iliyotajwa na kulipwa kamili tu ndiyo hupita.',
  },
  'credit-needs-identity': {
    en: 'Nothing is owed, and the payer is not surely known.',
    sw: 'Hakuna deni, na mlipaji hajulikani kwa uhakika.',
  },
  'no-rule-fits': {
    en: 'No rule that is switched on explains the amount.',
    sw: 'Hakuna kanuni iliyowashwa inayoeleza kiasi hiki.',
  },
  'hint-only': {
    en: 'One name or a few digits fit, and nothing else points there.',
    sw: 'Jina moja au tarakimu chache tu zinalingana, na hakuna kingine.',
  },
  flagged: { en: 'A doubt was raised when the money came in.', sw: 'Malipo yalitiliwa shaka yalipoingia.' },
  'quotes-receipt': {
    en: 'The bank’s line quotes the receipt of mobile money of another amount.',
    sw: 'Taarifa ya benki inataja risiti ya malipo mengine ya simu yenye kiasi tofauti.',
  },
  'over-limit': {
    en: 'The amount is above the limit, or above the limit for a payer never seen before.',
    sw: 'Kiasi kinazidi kikomo, au kikomo cha mlipaji mpya.',
  },
  refused: {
    en: 'A person refused this pair in the last 90 days.',
    sw: 'Mtu alikataa ulinganisho huu katika siku 90 zilizopita.',
  },
  'automatic-off': { en: 'Automatic decisions are switched off.', sw: 'Maamuzi ya kiotomatiki yamezimwa.' },
  drift: {
    en: 'Decisions have lately been taken back, or look different, so that more confidence is asked for.',
    sw: 'Maamuzi ya karibuni yamebatilishwa au yanaonekana tofauti, hivyo uhakika zaidi unahitajika.',
  },
};

const WORDS: ReadonlyMap<string, Words> = new Map(Object.entries({ ...SPLIT_WORDS, ...GUARD_WORDS }));

/** What a guard holds back for, or what a rule does, in plain words. */
export const wordsOf = (name: string): Words => WORDS.get(name) ?? { en: name, sw: name };
