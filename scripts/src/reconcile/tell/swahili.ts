import type { Language } from './words.ts';

/** What sheets, columns and cells are called, with their Swahili; sentences are in `words.ts`. */
const SWAHILI = {
  // sheets
  Summary: 'Muhtasari',
  Payments: 'Malipo',
  'For review': 'Kwa ukaguzi',
  Invoices: 'Ankara',
  'Rows not read': 'Mistari isiyosomwa',
  // columns of payments
  File: 'Faili',
  Line: 'Mstari',
  'Paid at': 'Muda wa malipo',
  Receipt: 'Risiti',
  Channel: 'Njia',
  Payer: 'Mlipaji',
  Phone: 'Simu',
  'Typed or told': 'Kilichoandikwa',
  Currency: 'Sarafu',
  Amount: 'Kiasi',
  Decision: 'Uamuzi',
  Customer: 'Mteja',
  Applied: 'Kilicholipia',
  Credit: 'Akiba',
  Confidence: 'Uhakika',
  Reason: 'Sababu',
  // columns of the review
  Type: 'Aina',
  'What is unclear': 'Kisicho wazi',
  'Your decision': 'Uamuzi wako',
  'Your note': 'Maelezo yako',
  'Best answer': 'Jibu bora',
  'Alternative 1': 'Jibu mbadala 1',
  'Alternative 2': 'Jibu mbadala 2',
  'Alternative 3': 'Jibu mbadala 3',
  Why: 'Kwa nini',
  // columns of invoices
  'File line': 'Mstari wa faili',
  Invoice: 'Ankara',
  Account: 'Akaunti',
  Description: 'Maelezo',
  Issued: 'Ilitolewa',
  Due: 'Mwisho wa kulipa',
  Total: 'Jumla',
  'Balance before': 'Salio la awali',
  'Paid now': 'Imelipwa sasa',
  'Balance after': 'Salio la sasa',
  State: 'Hali',
  'Paid by': 'Imelipwa na',
  // columns of remarks
  Sheet: 'Karatasi',
  'What happened': 'Kilichotokea',
  Column: 'Safu',
  Value: 'Thamani',
  'What it is': 'Ni nini',
  'What to do': 'La kufanya',
  // what became of a payment, of an invoice, of a line
  applied: 'yamelipia ankara',
  suggested: 'yamependekezwa',
  unmatched: 'hayajalinganishwa',
  'taken back': 'yamerudishwa',
  duplicate: 'yamerudiwa',
  reversal: 'urejeshaji',
  paid: 'imelipwa',
  'part paid': 'imelipwa kwa sehemu',
  'still open': 'bado haijalipwa',
  'settled before': 'ililipwa awali',
  'not read': 'haukusomwa',
  'read in part': 'umesomwa kwa sehemu',
  'set aside': 'umewekwa kando',
  'not used': 'haikutumika',
  // types of doubt
  none: 'hakuna',
  tie: 'majibu yanalingana',
  weak_evidence: 'ushahidi dhaifu',
  no_candidate: 'hakuna mteja',
  names_somebody_else: 'yanamtaja mwingine',
  over_limit: 'juu ya kikomo',
  flagged: 'yanatiliwa shaka',
  unresolved_before: 'kuna ya awali',
  refused: 'yalikataliwa',
  automatic_off: 'uamuzi wa kiotomatiki umezimwa',
  person_decided: 'mtu aliamua',
  credit: 'akiba',
  // the summary
  Reconciliation: 'Ulinganisho wa malipo',
  'Made at (Nairobi)': 'Muda wa kuandaliwa (Nairobi)',
  Customers: 'Wateja',
  'from the invoices': 'kutoka kwenye ankara',
  read: 'zimesomwa',
  'Lines that could not be read': 'Mistari isiyoweza kusomwa',
  'Lines read in part': 'Mistari iliyosomwa kwa sehemu',
  'Neither payment nor invoice': 'Si malipo wala ankara',
  payments: 'malipo',
  invoices: 'ankara',
  count: 'idadi',
  '% of': '% ya',
  'owed before': 'deni la awali',
  'paid now': 'imelipwa sasa',
  'owed after': 'deni la sasa',
  'applied automatically': 'yamelipia ankara bila mtu',
  'suggested, for a person': 'yamependekezwa, yanasubiri mtu',
  'taken back by a reversal': 'yamerudishwa na urejeshaji',
  received: 'yamepokelewa',
  'duplicates, not counted again': 'marudio, hayahesabiwi tena',
  reversals: 'marejesho',
  'Applied to invoices': 'Zilizolipia ankara',
  'Credit of known customers': 'Akiba ya wateja wanaojulikana',
  'Unapplied cash, credit included': 'Fedha zisizolipia ankara, pamoja na akiba',
  'as credit': 'kama akiba',
  and: 'na',
} as const;

/** A name that the workbook uses, as it is called in English. */
export type Name = keyof typeof SWAHILI;

/** A name in a language; in English underscores are spaces. */
export const called = (name: Name, language: Language): string =>
  language === 'sw' ? SWAHILI[name] : name.replaceAll('_', ' ');

/** Why lines are set aside; a status comes after it in brackets, as the file has it. */
const ASIDE: Readonly<Record<string, string>> = {
  totals: 'jumla',
  charge: 'ada',
  heading: 'kichwa cha kundi',
  'balance or note': 'salio au maelezo',
  'reversal of a charge': 'urejeshaji wa ada',
  'money out': 'fedha zilizotoka',
  'header repeated': 'vichwa vilivyorudiwa',
  'credit note': 'hati ya punguzo',
  'vacant unit': 'nyumba isiyo na mpangaji',
  'further item of an invoice': 'kipengele kingine cha ankara',
  'reversal of money that went out': 'urejeshaji wa fedha zilizotoka',
  'not completed': 'hayajakamilika',
  invoice: 'ankara isiyohesabiwa',
  'table of invoices': 'jedwali la ankara',
  'table of payments': 'jedwali la malipo',
};

/** Why a line was set aside, in a language. */
export function asideCalled(what: string, language: Language): string {
  if (language === 'en') return what;
  const [, cause = what, status] = /^(not completed|invoice) \(?([^)]+)\)?$/.exec(what) ?? [];
  const name = ASIDE[cause] ?? cause;
  return status === undefined ? name : `${name} (${status})`;
}
