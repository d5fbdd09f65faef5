import type { State } from '../state.ts';
import { type Evidence, FIT, PHONE } from './evidence.ts';
import type { Reading } from './reading.ts';

/** Kinds of evidence on which candidates are compared one with another. */
export type Kind = 'reference' | 'account' | 'phone' | 'alias' | 'typed' | 'text' | 'payer' | 'fit';
export const KINDS: readonly Kind[] = ['reference', 'account', 'phone', 'typed', 'text', 'payer', 'fit', 'alias'];
/** The first seven decide whether somebody else is as well supported; a habit counts there as a kind of phone. */
const COMPARED = 7;

/** Two telling words of a name, slips counted for less. */
const FULL_NAME = 1.5;

/** How strongly a candidate stands on one kind of evidence: whole numbers that can be compared. */
export function standing(e: Evidence, kind: Kind): number {
  switch (kind) {
    case 'reference':
      return e.requested ? 5 : e.named.level;
    case 'account':
      return e.account;
    case 'phone':
      return phoneStanding(e);
    case 'alias':
      return e.candidate.aliasCount > 0 && !e.candidate.aliasByMask ? 1 : 0;
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
  if (e.candidate.aliasCount > 0 && !e.candidate.aliasByMask) return HABIT;
  return e.phone === PHONE.mask ? BY_MASK : 0;
}

const BY_MASK = 1;
const HABIT = 2;
export const OWN_PHONE = 3;

const nameStanding = (matched: number): number => (matched >= FULL_NAME ? 2 : matched > 0 ? 1 : 0);

/** All candidates of one payment side by side. */
export class Field {
  readonly rows: readonly Evidence[];
  /** Somebody is named by number and the amount fits that invoice. */
  readonly otherNamedFits: boolean;
  private readonly standings: readonly Int8Array[];
  private readonly tops: Int8Array;
  private readonly aliases: number;
  private readonly sameBalance: number;
  private readonly openCount: number;

  constructor(state: State, reading: Reading, rows: readonly Evidence[]) {
    this.rows = rows;
    this.standings = rows.map((row) => Int8Array.from(KINDS, (kind) => standing(row, kind)));
    this.tops = new Int8Array(KINDS.length);
    for (const row of this.standings)
      row.forEach((value, at) => {
        if (value > (this.tops[at] ?? 0)) this.tops[at] = value;
      });
    this.otherNamedFits = rows.some((row) => row.named.level >= 3 && row.fit === FIT.exact);
    this.aliases = rows.reduce((sum, row) => sum + row.candidate.aliasCount, 0);
    this.sameBalance = state.balances.get(reading.payment.amountCents) ?? 0;
    this.openCount = state.invoices.length;
  }

  best(kind: Kind): number {
    return this.tops[KINDS.indexOf(kind)] ?? 0;
  }

  /** How many candidates stand at least as high on this kind, itself included. */
  sharing(e: Evidence, kind: Kind): number {
    const own = standing(e, kind);
    const at = KINDS.indexOf(kind);
    let count = 0;
    for (const row of this.standings) if ((row[at] ?? 0) >= own) count++;
    return Math.max(1, count);
  }

  aliasShare(e: Evidence): number {
    return this.aliases === 0 ? 0 : e.candidate.aliasCount / this.aliases;
  }

  /** Surprise (nats) of an open balance that equals the amount. */
  rarityOfAmount(): number {
    return Math.log((this.openCount + 2) / (this.sameBalance + 1));
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
}

function isAsStrong(other: Int8Array, own: Int8Array): boolean {
  for (let kind = 0; kind < COMPARED; kind++) if ((other[kind] ?? 0) < (own[kind] ?? 0)) return false;
  return true;
}
