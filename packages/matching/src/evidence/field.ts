import type { State } from '../state.ts';
import { type Evidence, FIT, PHONE } from './evidence.ts';
import type { Reading } from './reading.ts';

/** Seven kinds of evidence on which candidates are compared one with another. */
export type Kind = 'reference' | 'account' | 'phone' | 'alias' | 'typed' | 'text' | 'payer' | 'fit';
export const KINDS: readonly Kind[] = ['reference', 'account', 'phone', 'alias', 'typed', 'text', 'payer', 'fit'];

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
      return e.phone;
    case 'alias':
      return e.candidate.aliasCount > 0 ? 1 : 0;
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
      if (at !== index && other.every((value, kind) => value >= (own[kind] ?? 0))) count++;
    }
    return count;
  }
}

export const isOwnNumber = (e: Evidence): boolean => e.phone >= PHONE.contact;
