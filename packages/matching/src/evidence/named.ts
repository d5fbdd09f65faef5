import { digitKeysOf } from '../index/digit-key.ts';
import { isOwed } from '../index/invoices.ts';
import { serialsOf } from '../keys/reference-keys.ts';
import type { InvoiceRecord, State } from '../state.ts';
import { FAR, slips } from '../text/distance.ts';
import type { Candidate } from './candidates.ts';
import { partOf } from './part-of.ts';
import { pickPeriods } from './periods.ts';
import type { Hit, Level, Reading, SharedNumber } from './reading.ts';
import { digitCount } from './segments.ts';

/** Which open invoices the reference names for the house rules, and how well it names any invoice of this customer. */
export type Named = {
  /** Positions among the open invoices, ascending. */
  picks: number[];
  level: Level;
  /** The best-named invoice is open (1), settled (0). */
  open: boolean;
  digits: number;
  /** Named only by what names other customers' as well: a month, a term, a number that many share. */
  byPeriod: boolean;
  /** Such a number, as it stands (3) or with a slip (2); 0 for none. */
  shared: 0 | 2 | 3;
  /** Several open invoices are named equally well: by a short serial, one slip from each, or a month of several years. */
  vague: boolean;
  /** Open invoices from whose numbers the whole reference is a slip or two, or of whose it is a part, where it names none. */
  nearest: number[];
  /** How many slips the whole reference is from the nearest of them; `FAR` for more than two. */
  slips: number;
  /** A typed phone number ends in digits that are also the serial of an open invoice. */
  alsoPhone: boolean;
};

/** Which open invoices of a candidate the payment names, and how clearly. @param requestedId that of our own request */
export function nameInvoices(
  state: State,
  reading: Reading,
  candidate: Candidate,
  open: readonly InvoiceRecord[],
  requestedId: string | null,
): Named {
  const asked = requestedId === null ? -1 : open.findIndex((invoice) => invoice.invoiceId === requestedId);
  const named: Named = {
    picks: [],
    level: 0,
    open: false,
    digits: 0,
    byPeriod: false,
    shared: 0,
    vague: false,
    nearest: [],
    slips: FAR,
    alsoPhone: false,
  };
  if (asked >= 0) return { ...named, picks: [asked], level: 4, open: true };
  for (const hit of candidate.hits) note(state, named, hit);
  if (named.level > 0) pickHits(state, named, candidate.hits, open, reading.payment.amountCents);
  if (reading.phonePieces.length > 0)
    named.alsoPhone = open.some(({ number }) =>
      serialsOf(number).some((serial) => reading.phonePieces.includes(serial)),
    );
  if (named.level === 0) {
    noteNearest(state, named, reading, open);
    named.nearest = [...named.nearest, ...partOf(reading, open)];
  }
  if (reading.shared) pickShared(named, reading.shared, open);
  if (named.picks.length === 0 && named.level < 3) {
    const { picks, vague } = pickPeriods(state, reading, candidate.customer, open);
    Object.assign(named, { picks, vague: named.vague || vague, byPeriod: picks.length > 0 });
  }
  return named;
}

function note(state: State, named: Named, hit: Hit): void {
  const invoice = state.invoices[hit.invoice];
  const isOpen = invoice !== undefined && isOwed(state, invoice);
  if (hit.level < named.level || (hit.level === named.level && named.open && !isOpen)) return;
  named.level = hit.level;
  named.open = isOpen;
  named.digits = Math.max(named.digits, hit.digits);
}

function pickHits(
  state: State,
  named: Named,
  hits: readonly Hit[],
  open: readonly InvoiceRecord[],
  amount: number,
): void {
  const strong = hits.filter((hit) => hit.level >= 3);
  if (strong.length > 0) {
    named.picks = pickRuns(state, named, strong, open, amount);
    return;
  }
  const picks = positions(state, hits, open);
  const equal = picks.filter((at) => open[at]?.balanceCents === amount);
  named.vague = picks.length > 1;
  named.picks = named.vague ? equal.slice(0, 1) : picks;
}

/** Each run of digits names one invoice; where a short serial fits several, the amount says which. */
function pickRuns(
  state: State,
  named: Named,
  hits: readonly Hit[],
  open: readonly InvoiceRecord[],
  amount: number,
): number[] {
  const all = positions(state, hits, open);
  if (all.length < 2) return all;
  const runs = Map.groupBy(hits, (hit) => hit.start);
  const unclear = [...runs.values()].some(
    (run) => run.every((hit) => hit.level === 3) && positions(state, run, open).length > 1,
  );
  if (!unclear) return all;
  const equal = all.filter((at) => open[at]?.balanceCents === amount);
  named.vague = runs.size > 1 || equal.length !== 1;
  return runs.size === 1 && equal.length > 0 ? equal.slice(0, 1) : all;
}

/** A number that many share says which of this customer's invoices it is; one with a slip only where nothing else does. */
function pickShared(named: Named, shared: readonly SharedNumber[], open: readonly InvoiceRecord[]): void {
  const picked = (bySlip: boolean) =>
    [...open.keys()].filter((at) => shared.some((one) => one.bySlip === bySlip && isNumbered(open[at], one)));
  const exact = picked(false);
  if (exact.length > 0) {
    if (named.level < 3) Object.assign(named, { picks: exact, byPeriod: true, shared: 3, vague: false });
    else named.picks = [...new Set([...named.picks, ...exact])].sort((a, b) => a - b);
  } else if (named.picks.length === 0 && named.level < 3) {
    const near = picked(true);
    if (near.length === 0) return;
    Object.assign(named, { picks: near.slice(0, 1), byPeriod: true, shared: 2, vague: near.length > 1 });
  }
}

const isNumbered = (invoice: InvoiceRecord | undefined, { folded, key }: SharedNumber): boolean =>
  invoice !== undefined && (key === 0 ? invoice.folded === folded : digitKeysOf(invoice.number).includes(key));

function positions(state: State, hits: readonly Hit[], open: readonly InvoiceRecord[]): number[] {
  const found = new Set<number>();
  for (const hit of hits) {
    const invoice = state.invoices[hit.invoice];
    const at = invoice ? open.indexOf(invoice) : -1;
    if (at >= 0) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}

/** A reference shorter than this is within two slips of anything. */
const MIN_TWO_SLIPS = 5;
const MIN_TWO_SLIPS_DIGITS = 2;
/** Two slips from one number, and a longer one than this says something. */
const MIN_TELLING = 7;
/** And a shorter one than this within one. */
const MIN_ONE_SLIP = 4;
const MAX_COMPARED = 6;

/** The whole reference is two slips from an open invoice's number, or is the number cut off at an end. */
function noteNearest(state: State, named: Named, reading: Reading, open: readonly InvoiceRecord[]): void {
  const { payment, segments, hits } = reading;
  const { folded, compact } = segments;
  const digits = digitCount(compact);
  if (payment.reference === null || folded.length < MIN_ONE_SLIP || digits < MIN_TWO_SLIPS_DIGITS) return;
  const isLong = folded.length >= MIN_TWO_SLIPS;
  const distances = open.slice(0, MAX_COMPARED).map(({ folded: number }) => {
    const isCutOff = isLong && (number.startsWith(folded) || number.endsWith(folded));
    return isCutOff ? 1 : slips(number, folded);
  });
  const least = Math.min(FAR, ...distances);
  if (isLong && least <= 2) named.level = 1;
  // what is exactly somebody's as a whole is no slip of another
  if (hits.some((hit) => hit.level >= 3 && hit.digits >= digits && (hit.level === 4 || hit.start === 0))) return;
  if (least > (folded.length >= MIN_TELLING ? 2 : 1)) return;
  named.slips = least;
  const near = [...distances.keys()].filter((at) => distances[at] === least);
  const fits = (at: number) =>
    Math.abs((open[at]?.balanceCents ?? 0) - payment.amountCents) <= state.rules.toleranceCents;
  named.nearest = near.some(fits) ? near.filter(fits) : near;
}
