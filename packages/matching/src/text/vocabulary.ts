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

/**
 * A month (1 to 12) or a school term (101 to 104), as an invoice's description or a reference names it; plus a thousand
 * times the year where that stands beside it (`August 2026` is 2026008).
 */
export type Period = number;
/** A period in a text, and the word that says it where that is a month's: it may be somebody's name. */
export type PeriodWord = { period: Period; word: string };

const YEAR_BASE = 1_000;
/** The year that a period is bound to; 0 for none. */
export const yearOf = (period: Period): number => Math.floor(period / YEAR_BASE);
/** Is it the same month or term, whatever the year? */
export const isSamePeriod = (a: Period, b: Period): boolean => a % YEAR_BASE === b % YEAR_BASE;

const TERM_BASE = 100;

/** Every month or term that a text names: `Rent August 2026` → 2026008, `fees T3` and `muhula wa 3` → 103. */
export function periodsIn(text: string): readonly Period[] {
  if (text === '') return NO_PERIODS;
  const known = readBefore.get(text);
  if (known) return known;
  const found = periodWordsIn(text).map(({ period }) => period);
  if (readBefore.size >= MAX_REMEMBERED) readBefore.clear();
  readBefore.set(text, found.length === 0 ? NO_PERIODS : found);
  return found;
}

const NO_PERIODS: readonly Period[] = [];
/** A business has few descriptions: "Rent August 2026" stands on a thousand invoices. */
const readBefore = new Map<string, readonly Period[]>();
const MAX_REMEMBERED = 500;

/** The same with the words that say them. */
export function periodWordsIn(text: string): PeriodWord[] {
  const found: PeriodWord[] = [];
  const parts = text.toUpperCase().match(/[A-Z]+|\d+/g) ?? [];
  let taken = -1;
  for (let at = 0; at < parts.length; at++) {
    const named = periodAt(parts, at);
    if (!named) continue;
    const yearAt = [named.end, at - 1].find((beside) => beside !== taken && YEAR.test(parts[beside] ?? ''));
    // "Dec 2025 Jan": a year belongs to the period that it follows
    taken = yearAt ?? taken;
    const year = yearAt === undefined ? 0 : Number(parts[yearAt]);
    found.push({ period: year * YEAR_BASE + named.period, word: named.word });
  }
  return found;
}

const YEAR = /^20[2-4]\d$/;
const TERM_WORDS: ReadonlySet<string> = new Set(['TERM', 'T', 'MUHULA', 'TRM']);

/** The period that begins at this part, and where the next part begins: `AUG`, `T 3`, `muhula wa 3`. */
function periodAt(parts: readonly string[], at: number): (PeriodWord & { end: number }) | null {
  const word = parts[at] ?? '';
  const month = MONTHS[word];
  if (month) return { period: month, word, end: at + 1 };
  if (!TERM_WORDS.has(word)) return null;
  const numberAt = parts[at + 1] === 'WA' || parts[at + 1] === 'YA' ? at + 2 : at + 1;
  const number = parts[numberAt] ?? '';
  return /^[1-4]$/.test(number) ? { period: TERM_BASE + Number(number), word: '', end: numberAt + 1 } : null;
}

export const isMonthWord = (word: string): boolean => MONTHS[word] !== undefined;
