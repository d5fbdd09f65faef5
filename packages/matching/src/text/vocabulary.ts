/**
 * Words that payers type and that name nobody: what is paid for, polite words, bank jargon; in English, Swahili and Sheng.
 * They are left out when a reference is read for names, and mapped to months and terms when it is read for a period.
 */
const STOP = `
RENT KODI NYUMBA HOUSE HSE HSENO APT APARTMENT FLAT UNIT ROOM PLOT KEJA
FEE FEES KARO SCHOOL SHULE SKULI TUITION TERM MUHULA EXAM EXAMS LUNCH TRIP TRANSPORT UNIFORM ADM ADMISSION
WATER MAJI METER MITA INTERNET WIFI NET BUNDLE BUNDLES PACKAGE SUBSCRIPTION
INV INVOICE INVOICES INVO BILL BILLS BALANCE BAL ACCOUNT ACC ACCT ACNO NO NUMBER NAMBA REF REFERENCE PAY PAYMENT PAYMENTS PAID PAYING MALIPO LIPA
DEPOSIT DEP CASH CHEQUE CHQ CREDIT DEBIT TRANSFER EFT RTGS PESALINK MPESA AIRTEL BANK EQUITY KCB ABSA COOP NCBA STANBIC DTB FAMILY IB MOBILE AGENT
FROM FOR TO BY AND NA YA WA KWA THE OF MY PLEASE THANKS ASANTE DENI CLEAR CLEARED PART FULL HALF
GOODS SUPPLIES SUPPLIED SERVICE SERVICES CONSULTANCY CONSULTATION CLINIC HOSPITAL DAWA GARAGE CAR GARI VEHICLE REPAIR ORDER LPO
SHOP DUKA STOCK BIDHAA MONTH MWEZI WEEK TEST
`;

/** Legal endings and fillers: they say that it is a company, not which. "Enterprises" and the like are part of a name. */
const COMPANY = 'LTD LIMITED CO COMPANY SONS AND GROUP K KENYA EA PLC LLP INC';

export const STOP_WORDS: ReadonlySet<string> = new Set(STOP.trim().split(/\s+/));
export const COMPANY_WORDS: ReadonlySet<string> = new Set(COMPANY.split(' '));

const MONTHS: Record<string, number> = {};
for (const [at, names] of [
  'JAN JANUARY JANUARI',
  'FEB FEBRUARY FEBRUARI',
  'MAR MARCH MACHI',
  'APR APRIL APRILI',
  'MAY MEI',
  'JUN JUNE JUNI',
  'JUL JULY JULAI',
  'AUG AUGUST AGOSTI',
  'SEP SEPT SEPTEMBER SEPTEMBA',
  'OCT OCTOBER OKTOBA',
  'NOV NOVEMBER NOVEMBA',
  'DEC DECEMBER DESEMBA',
].entries()) {
  for (const name of names.split(' ')) MONTHS[name] = at + 1;
}

/** A month (1 to 12) or a school term (101 to 104), as an invoice's description or a reference names it. */
export type Period = number;

const TERM_BASE = 100;

/** Every month or term that a text names: `Rent August 2026` → 8, `fees T3` and `muhula wa 3` → 103. */
export function periodsIn(text: string): readonly Period[] {
  if (text === '') return NO_PERIODS;
  const known = readBefore.get(text);
  if (known) return known;
  const found = findPeriods(text);
  if (readBefore.size >= MAX_REMEMBERED) readBefore.clear();
  readBefore.set(text, found.length === 0 ? NO_PERIODS : found);
  return found;
}

const NO_PERIODS: readonly Period[] = [];
/** A business has few descriptions: "Rent August 2026" stands on a thousand invoices. */
const readBefore = new Map<string, readonly Period[]>();
const MAX_REMEMBERED = 500;

function findPeriods(text: string): Period[] {
  const found: Period[] = [];
  const parts = text.toUpperCase().match(/[A-Z]+|\d+/g) ?? [];
  for (let at = 0; at < parts.length; at++) {
    const word = parts[at] ?? '';
    const month = MONTHS[word];
    if (month) found.push(month);
    const isTerm = word === 'TERM' || word === 'T' || word === 'MUHULA' || word === 'TRM';
    const next = parts[at + 1] === 'WA' || parts[at + 1] === 'YA' ? parts[at + 2] : parts[at + 1];
    if (isTerm && next && /^[1-4]$/.test(next)) found.push(TERM_BASE + Number(next));
  }
  return found;
}

export const isMonthWord = (word: string): boolean => MONTHS[word] !== undefined;
