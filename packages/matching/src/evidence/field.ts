import type { State } from '../state.ts';
import { FEW_SHARING } from './candidates.ts';
import { type Evidence, FIT, PHONE } from './evidence.ts';
import { ACCOUNT } from './numbers.ts';
import type { Hit, Reading } from './reading.ts';

/** Kinds of evidence on which candidates are compared one with another. */
export type Kind = 'reference' | 'account' | 'phone' | 'alias' | 'typed' | 'text' | 'payer' | 'fit';
const KINDS: readonly Kind[] = ['reference', 'account', 'phone', 'typed', 'text', 'payer', 'fit', 'alias'];
const KIND = { reference: 0, account: 1, phone: 2, typed: 3, text: 4, payer: 5, fit: 6, alias: 7 } as const;
/** Standings are 0 to 5. */
const STRENGTHS = 6;
/** The first seven decide whether somebody else is as well supported; a habit counts there as a kind of phone. */
const COMPARED = 7;

/** Two telling words of a name without a slip; two with one; a single word. */
export const NAME = { none: 0, part: 1, nearly: 2, full: 3 } as const;
const FULL_NAME = 1.9;
const NEARLY_FULL_NAME = 1.75;

/** How strongly a candidate stands on one kind of evidence: whole numbers that can be compared. */
function standing(e: Evidence, kind: Kind): number {
  switch (kind) {
    case 'reference':
      return e.requested ? 5 : e.named.level;
    case 'account':
      return e.account;
    case 'phone':
      return phoneStanding(e);
    case 'alias':
      return e.candidate.aliasBacked > 0 ? 1 : 0;
    case 'typed':
      return e.typedPhone ? 1 : 0;
    case 'text':
      return nameStanding(e.text.matched);
    case 'payer':
      return nameStanding(e.payer.matched);
    case 'fit':
      return e.fit > FIT.none ? 1 : 0;
  }
}

/** Own or a contact's number, then a habit of this payer, then a mask that fits. */
function phoneStanding(e: Evidence): number {
  if (e.phone >= PHONE.contact) return OWN_PHONE;
  if (e.candidate.aliasBacked > 0) return e.candidate.aliasByMask ? BY_MASK : HABIT;
  return e.phone === PHONE.mask ? BY_MASK : 0;
}

const BY_MASK = 1;
const HABIT = 2;
export const OWN_PHONE = 3;

function standings(e: Evidence): Int8Array {
  const own = new Int8Array(KINDS.length);
  for (let at = 0; at < KINDS.length; at++) own[at] = standing(e, KINDS[at] ?? 'fit');
  return own;
}

function nameStanding(matched: number): number {
  if (matched >= FULL_NAME) return NAME.full;
  if (matched >= NEARLY_FULL_NAME) return NAME.nearly;
  return matched > 0 ? NAME.part : NAME.none;
}

/** All candidates of one payment side by side. */
export class Field {
  readonly rows: readonly Evidence[];
  /** Somebody is named by number and the amount fits that invoice. */
  readonly otherNamedFits: boolean;
  private readonly standings: readonly Int8Array[];
  /** For each kind and strength: how many candidates stand at least that high. */
  private readonly counts = new Uint16Array(KINDS.length * STRENGTHS);
  private readonly aliases: number;
  private readonly rarity: number;

  constructor(state: State, reading: Reading, rows: readonly Evidence[]) {
    this.rows = rows;
    this.standings = rows.map(standings);
    let namedFits = false;
    let aliases = 0;
    for (const [at, row] of rows.entries()) {
      namedFits ||= row.named.level >= 3 && row.fit === FIT.exact;
      aliases += row.candidate.aliasCount;
      this.count(this.standings[at]);
    }
    if (reading.sharingMask > FEW_SHARING) this.countUnseen(reading.sharingMask);
    this.otherNamedFits = namedFits;
    this.aliases = aliases;
    const sameBalance = state.balances.count(reading.payment.amountCents);
    this.rarity = Math.log((state.invoices.length + 2) / (sameBalance + 1));
  }

  private count(own: Int8Array | undefined): void {
    for (let kind = 0; kind < KINDS.length; kind++) {
      for (let level = own?.[kind] ?? 0; level >= 0; level--) {
        const at = kind * STRENGTHS + level;
        this.counts[at] = (this.counts[at] ?? 0) + 1;
      }
    }
  }

  /** Those whose numbers end like the mask share it, though nothing else brought them in. */
  private countUnseen(sharing: number): void {
    const at = KIND.phone * STRENGTHS + BY_MASK;
    this.counts[at] = Math.max(this.counts[at] ?? 0, sharing);
  }

  best(kind: Kind): number {
    const from = KIND[kind] * STRENGTHS;
    let level = STRENGTHS - 1;
    while (level > 0 && this.counts[from + level] === 0) level--;
    return level;
  }

  /** How many candidates stand at least as high on this kind, itself included. */
  sharing(e: Evidence, kind: Kind): number {
    return Math.max(1, this.counts[KIND[kind] * STRENGTHS + standing(e, kind)] ?? 1);
  }

  aliasShare(e: Evidence): number {
    return this.aliases === 0 ? 0 : e.candidate.aliasCount / this.aliases;
  }

  /** Surprise (nats) of an open balance that equals the amount. */
  rarityOfAmount(): number {
    return this.rarity;
  }

  /** Candidates that are at least as strong as this one on every kind: choosing among them is a guess. */
  equals(index: number): number {
    const own = this.standings[index];
    if (!own) return 0;
    let count = 0;
    for (const [at, other] of this.standings.entries()) {
      if (at !== index && isAsStrong(other, own)) count++;
    }
    return count;
  }

  /**
   * Two children of one parent, whose number stands beside one of them: money that closes what the other owes, and nothing
   * of this one's, may well be the other's.
   */
  isOutdone(index: number): boolean {
    const own = this.standings[index];
    if (own?.[KIND.fit] !== 0 || own[KIND.payer] !== NAME.full) return false;
    return this.standings.some((other, at) => {
      const row = this.rows[at];
      if (!row || row.fit !== FIT.exact || !isNumberless(row)) return false;
      return OUTDONE_BY.every((kind) => (other[kind] ?? 0) >= (own[kind] ?? 0));
    });
  }

  /**
   * What is typed is a slip of a number of somebody whom this payer may pay for as well, and of none of this one's: two
   * children of one parent.
   */
  isSlipOfAnother(index: number): boolean {
    const own = this.standings[index];
    const row = this.rows[index];
    if (!own || !row || row.named.level >= 2 || row.account >= ACCOUNT.form || row.named.slips <= 1) return false;
    return this.standings.some((other, at) => {
      const { named, candidate } = this.rows[at] ?? row;
      const isSlip = named.slips <= 1 || (named.level === 2 && named.open && candidate.hits.some(isBySlip));
      const fits = (kind: number) => (other[kind] ?? 0) > 0 && (other[kind] ?? 0) >= (own[kind] ?? 0);
      return isSlip && (candidate.aliasCount > 0 || PAYERS.some(fits));
    });
  }
}

const PAYERS = [KIND.phone, KIND.payer] as const;
const isBySlip = ({ start }: Hit): boolean => start < 0;
const OUTDONE_BY = [KIND.reference, KIND.account, KIND.typed, KIND.text, KIND.payer] as const;
const isNumberless = ({ candidate: { customer } }: Evidence): boolean =>
  customer.phones.length + customer.contactPhones.length === 0;

/** In doubt it is a tie: a name with a slip is no better than part of one, and rivals a name without. */
function isAsStrong(other: Int8Array, own: Int8Array): boolean {
  for (let kind = 0; kind < COMPARED; kind++) {
    const needed = own[kind] ?? 0;
    const isName = kind === KIND.text || kind === KIND.payer;
    if ((other[kind] ?? 0) < (isName && needed > NAME.part ? needed - 1 : needed)) return false;
  }
  return true;
}
