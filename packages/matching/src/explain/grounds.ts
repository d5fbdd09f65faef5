type Sentence = { en: string; sw: string };
type Wording = Sentence | ((detail: string) => Sentence);

const GROUNDS = {
  before_evidence: { en: 'before any evidence', sw: 'kabla ya ushahidi wowote' },
  points_elsewhere: { en: 'something points to somebody else', sw: 'kuna kinachoelekeza kwa mtu mwingine' },

  answers_request: { en: 'it answers our own payment request', sw: 'ni jibu la ombi letu la malipo' },
  names_period: { en: 'the reference names the month or term', sw: 'kumbukumbu inataja mwezi au muhula' },
  near_invoice: {
    en: "the reference comes close to one of the customer's invoices",
    sw: 'kumbukumbu inakaribia ankara ya mteja',
  },
  settled_invoice: {
    en: "the reference names an invoice of the customer's that is settled",
    sw: 'kumbukumbu inataja ankara ya mteja iliyokwisha kulipwa',
  },
  other_currency_invoice: {
    en: "the reference names an invoice of the customer's in another currency",
    sw: 'kumbukumbu inataja ankara ya mteja ya sarafu nyingine',
  },
  invoice_exact: (number) => ({
    en: `the reference is exactly ${number}`,
    sw: `kumbukumbu ni sawa kabisa na ${number}`,
  }),
  invoice_short: (number) => ({
    en: `the reference is a short or look-alike form of ${number}`,
    sw: `kumbukumbu ni ufupisho au mfanano wa ${number}`,
  }),
  invoice_part: (number) => ({
    en: `digits of the reference are a part of ${number}`,
    sw: `tarakimu za kumbukumbu ni sehemu ya ${number}`,
  }),
  invoice_one_slip: (number) => ({
    en: `the reference is one slip from ${number}`,
    sw: `kumbukumbu inatofautiana na ${number} kwa kosa moja la uandishi`,
  }),
  invoice_two_slips: (number) => ({
    en: `the reference is two slips from ${number}`,
    sw: `kumbukumbu inatofautiana na ${number} kwa makosa mawili ya uandishi`,
  }),

  account_in_full: {
    en: "the customer's account number is typed in full",
    sw: 'namba ya akaunti ya mteja imeandikwa kikamilifu',
  },
  account_digits: {
    en: "a short or look-alike form of the customer's account number is typed",
    sw: 'ufupisho au mfanano wa akaunti ya mteja umeandikwa',
  },

  phone_typed: { en: "the customer's phone number is typed", sw: 'namba ya simu ya mteja imeandikwa' },
  own_phone: { en: "it was paid from the customer's phone", sw: 'malipo yametoka kwenye simu ya mteja' },
  contact_phone: {
    en: "it was paid from a contact's phone",
    sw: 'malipo yametoka kwenye simu ya mtu wa karibu wa mteja',
  },
  masked_phone: {
    en: "the visible digits fit the customer's phone",
    sw: 'tarakimu zinazoonekana zinalingana na simu ya mteja',
  },

  name_in_text: { en: "the text carries the customer's name", sw: 'maandishi yana jina la mteja' },
  payer_name: {
    en: "the payer's name fits the customer or a contact",
    sw: 'jina la mlipaji linalingana na la mteja au la mtu wake wa karibu',
  },

  amount_to_named: {
    en: 'the money goes to the invoice that was named',
    sw: 'fedha zinakwenda kwenye ankara iliyotajwa',
  },
  amount_over_named: {
    en: 'the amount is more than the invoice that was named owes',
    sw: 'kiasi ni zaidi ya deni la ankara iliyotajwa',
  },
  amount_of_several: (customers) => ({
    en: `the amount is what ${customers} customers who are named owe together; this one's part is proposed, and the rest would be this one's credit`,
    sw: `kiasi ni jumla ya madeni ya wateja ${customers} waliotajwa; inapendekezwa sehemu ya huyu, na kinachobaki kingekuwa akiba yake`,
  }),
  amount_equal: { en: 'the amount equals an open balance', sw: 'kiasi ni sawa na salio la ankara' },
  amount_rounding: {
    en: 'the amount is within rounding of a balance',
    sw: 'kiasi kinatofautiana na salio kwa shilingi chache tu',
  },
  amount_sum: { en: 'the amount is the sum of several balances', sw: 'kiasi ni jumla ya masalio ya ankara kadhaa' },
  amount_net: { en: 'the amount is a balance less tax or a charge', sw: 'kiasi ni salio baada ya kodi au ada' },
  amount_oldest_first: {
    en: 'the amount fits no balance; the oldest is paid first',
    sw: 'kiasi hakilingani na salio lolote; ankara ya zamani zaidi hulipwa kwanza',
  },
  amount_credit: {
    en: 'nothing is open; the money is kept as credit',
    sw: 'hakuna deni; fedha zinawekwa kama akiba',
  },
  amount_other_currency: {
    en: 'nothing is open in this currency; the money is kept as credit',
    sw: 'hakuna deni kwa sarafu hii; fedha zinawekwa kama akiba',
  },

  paid_before: (times) => ({
    en: `this payer has paid for the customer ${times === '1' ? 'once' : `${times} times`}`,
    sw: `mlipaji huyu amemlipia mteja mara ${times}`,
  }),
} as const satisfies Record<string, Wording>;

/** What can speak for or against a customer. Codes are stored and sent: they are added to, never renamed. */
export type Ground = keyof typeof GROUNDS;

/** A reason as it is stored and sent. Decisions from before there were codes hold the sentences alone. */
export type BecauseStored =
  | { code: string; detail?: string | undefined; score: number }
  | (Sentence & { score: number });

/** A reason as people read it; `code` stays the same whatever the wording. */
export type BecauseInWords = Sentence & { code?: string | undefined; score: number };

/** Puts a reason into words, in English and Swahili. A code from a newer version than this is its own word. */
export function inWords(because: BecauseStored): BecauseInWords {
  if ('en' in because) return because;
  const { code, detail = '', score } = because;
  const wording: Wording = isGround(code) ? GROUNDS[code] : unknown(code);
  return { code, ...(typeof wording === 'function' ? wording(detail) : wording), score };
}

const isGround = (code: string): code is Ground => Object.hasOwn(GROUNDS, code);

function unknown(code: string): Sentence {
  const text = code.replaceAll('_', ' ');
  return { en: text, sw: text };
}
