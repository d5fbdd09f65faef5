import { endOf, endsOfMask } from '../index/customers.ts';
import type { Named } from '../index/name-rows.ts';
import { MAX_WALK } from '../index/postings.ts';
import type { CustomerRecord, State } from '../state.ts';
import { hashKey } from '../text/number-hash.ts';
import type { Hit, Reading } from './reading.ts';

/** A customer who may be the payer, with what the look-ups already know of it. */
export type Candidate = {
  customer: CustomerRecord;
  /** Best hits of the reference on this customer's invoices. */
  hits: Hit[];
  aliasCount: number;
  /** How many of them something else than the payer's key pointed to, the first long enough ago to have been challenged. */
  aliasBacked: number;
  /** Remembered only by a mask and a first name. */
  aliasByMask: boolean;
  /** The payer's hashed number is one of this customer's. */
  hashFound: boolean;
};

/** More candidates than this are not scored; the strongest look-ups come first. */
const MAX_CANDIDATES = 60;
/** Two names together bring in at most this many customers; one on its own at most a few. */
const MAX_NAMESAKES = 8;
const FEW_NAMESAKES = 8;
/** One more namesake who owes the same says nothing that these did not. */
const MAX_RIVALS = 8;
const MAX_RIVALS_EACH = 3;
/** So many words are looked up together, the rarest of them: a text that is all names would cost their square. */
const MAX_NAMES = 64;
/** One-slip neighbours are taken without further support when there are only a few. */
const FEW_SLIPS = 8;

/** Collects candidates by exact look-ups only, strongest evidence first. */
export function gather(state: State, reading: Reading): Candidate[] {
  const found = new Map<number, Candidate>();
  const add = (slot: number): Candidate | undefined => {
    const known = found.get(slot);
    if (known || found.size >= MAX_CANDIDATES) return known;
    const customer = state.customers[slot];
    if (!customer) return undefined;
    const candidate: Candidate = {
      customer,
      hits: [],
      aliasCount: 0,
      aliasBacked: 0,
      aliasByMask: true,
      hashFound: false,
    };
    found.set(slot, candidate);
    return candidate;
  };
  byRequest(state, reading, add);
  for (const hit of reading.hits) add(state.invoices[hit.invoice]?.customer.slot ?? -1)?.hits.push(hit);
  for (const slot of reading.accounts.keys()) add(slot);
  for (const phone of reading.phonesTyped) state.phones.each(phone, add);
  const names = nameIds(state, reading);
  byNumber(state, reading, names, add);
  byAlias(state, reading, add);
  byName(state, reading, names, add);
  bySlip(state, reading, found, add);
  return [...found.values()];
}

type Add = (slot: number) => Candidate | undefined;

function byRequest(state: State, reading: Reading, add: Add): void {
  const request = reading.payment.requestId === null ? undefined : state.requests.get(reading.payment.requestId);
  const customer = request && state.customerById.get(request.customerId);
  if (customer) add(customer.slot);
}

function byNumber(state: State, reading: Reading, names: readonly number[], add: Add): void {
  const { form, value } = reading.payment.number;
  if (form === 'full') state.phones.each(value, add);
  else if (form === 'sha256') {
    state.hashes.each(hashKey(value), (slot) => {
      const candidate = add(slot);
      if (candidate) candidate.hashFound = true;
    });
  } else if (form === 'masked') {
    const isCommon = reading.sharingMask > FEW_SHARING;
    const named = isCommon ? names.flatMap((id) => state.names.carrying(id) ?? []) : [];
    const isSupported = (slot: number) =>
      state.balances.owes(slot, reading.payment.amountCents) || named.some(({ has }) => has(slot));
    const addFitting = (slot: number) => {
      if (isCommon && !isSupported(slot)) return;
      const customer = state.customers[slot];
      if (customer && fitsMask(customer, value)) add(slot);
    };
    for (const end of endsOfMask(value)) state.phoneEnds.each(end, addFitting);
  }
}

/**
 * So few customers whose numbers end like the mask are all weighed; of more, the mask brings in only those whom a name or
 * the amount supports.
 */
export const FEW_SHARING = 8;

/** Does a phone of the customer fit the mask `2547*****678`? */
export function fitsMask(customer: CustomerRecord, mask: string): boolean {
  const prefix = mask.slice(0, mask.indexOf('*'));
  const end = endOf(mask);
  const fits = (phone: string) => phone.endsWith(end) && phone.startsWith(prefix);
  return customer.phones.some(fits) || customer.contactPhones.some(fits);
}

/** A posting that has stood this long unchallenged proves that the payer pays for this customer; a younger one hints. */
const PROVEN_AFTER_MS = 21 * 86_400_000;

function byAlias(state: State, reading: Reading, add: Add): void {
  for (const key of reading.payerKeys) {
    for (const alias of state.aliases.get(key) ?? []) {
      const candidate = add(alias.slot);
      if (!candidate) continue;
      candidate.aliasCount = Math.max(candidate.aliasCount, alias.count);
      if (reading.payment.receivedAt - alias.backedSince >= PROVEN_AFTER_MS)
        candidate.aliasBacked = Math.max(candidate.aliasBacked, alias.backed);
      if (key.startsWith('n')) candidate.aliasByMask = false;
    }
  }
}

/**
 * Two names in common bring in whoever carries both; a single one only where it is rare, or with a balance that equals the
 * amount. Both come from lists that are met, not walked, so that a common name costs the same in a business of any size.
 */
function byName(state: State, reading: Reading, ids: readonly number[], add: Add): void {
  const { names } = state;
  const amount = reading.payment.amountCents;
  const owing = (named: Named | undefined): number =>
    state.balances.among(amount, named, Math.min(rivals, MAX_RIVALS_EACH), add);
  let rivals = MAX_RIVALS;
  for (let at = 0; at < ids.length; at++) {
    for (let to = at + 1; to < ids.length; to++) {
      const a = ids[at] ?? 0;
      const b = ids[to] ?? 0;
      if (names.carriersOfPair(a, b, add, MAX_NAMESAKES) > MAX_NAMESAKES) rivals -= owing(names.carryingPair(a, b));
    }
  }
  const typed = ids.filter((id) => reading.textNames.weights.has(id));
  const delivered = ids.filter((id) => reading.payerNames.weights.has(id));
  for (const a of typed) for (const b of delivered) if (a !== b) names.carriersOfBoth(a, b, MAX_RIVALS_EACH, add);
  for (const id of ids) {
    if (names.carriersOf(id, add, FEW_NAMESAKES) > FEW_NAMESAKES) rivals -= owing(names.carrying(id));
  }
}

/** Vocabulary words of the text and of the payer, the rarest, in that order. */
function nameIds(state: State, reading: Reading): number[] {
  const ids = [...reading.textNames.weights.keys()];
  for (const id of reading.payerNames.weights.keys()) if (!reading.textNames.weights.has(id)) ids.push(id);
  return ids
    .sort((a, b) => (state.names.carriers[a] ?? 0) - (state.names.carriers[b] ?? 0) || a - b)
    .slice(0, MAX_NAMES);
}

/** Slips: the neighbour's balance must equal the amount, or its customer be known by other means, or there be few. */
function bySlip(state: State, reading: Reading, found: Map<number, Candidate>, add: Add): void {
  const amount = reading.payment.amountCents;
  const few = reading.slipHits.length <= FEW_SLIPS;
  for (const hit of reading.slipHits.slice(0, 2 * MAX_WALK)) {
    const invoice = state.invoices[hit.invoice];
    if (!invoice) continue;
    const near = Math.abs(invoice.balanceCents - amount) <= state.rules.toleranceCents;
    const candidate = few || near ? add(invoice.customer.slot) : found.get(invoice.customer.slot);
    candidate?.hits.push(hit);
  }
}
