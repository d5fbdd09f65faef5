import type { Fact } from '@malipo/matching';
import type { Collection, Db } from '@malipo/service-kit';
import type { AccountTotals, Entry, Mode } from '../domain/ledger.ts';
import type { Match, MatchStatus } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { CustomerRecord, HouseRules } from '../domain/unit.ts';

/**
 * The head of an organisation: whoever writes anything of it moves `seq` on from the value that the decision rests on.
 * Totals move in the same write, so that status and trial balance are one read.
 */
export type OrganisationDoc = {
  _id: string;
  seq: number;
  mode: Mode;
  /** By mode, currency and line. */
  ledger?: Record<string, Record<string, Record<string, AccountTotals>>>;
  /** Payments by mode and where they stand. */
  counts?: Partial<Record<Mode, Partial<Record<MatchStatus, number>>>>;
  /** Money without a home, by mode and currency. */
  unresolved?: Partial<Record<Mode, Record<string, { count: number; cents: number }>>>;
  lastDecisionAt?: Date;
  rules?: HouseRules;
};

/** What the engine must remember, in order, per commit: its memory is nothing but the fold of these. */
export type FactsDoc = { _id: string; facts: Fact[]; invoiceIds: string[] };

export type ReceivableDoc = Omit<Receivable, 'invoiceId'> & { _id: string };
export type CustomerDoc = Omit<CustomerRecord, 'customerId'> & { _id: string; organisationId: string };
export type RequestDoc = { _id: string; organisationId: string };
/** A reversal that came before its payment and waits for it. */
export type ReversalDoc = { _id: string; organisationId: string; why: string; cause: string; at: Date };

/** `open` and `queuedAt` serve the review queue: `queuedAt` is when the payment arrived. */
export type MatchDoc = Omit<Match, 'paymentId'> & { _id: string; open: boolean; queuedAt: Date };

/** `position` is the organisation's `seq` and the place within the commit: a gapless order, also for checks. */
export type EntryDoc = Omit<Entry, 'id'> & { _id: string; position: string };

export type Collections = {
  organisations: Collection<OrganisationDoc>;
  facts: Collection<FactsDoc>;
  receivables: Collection<ReceivableDoc>;
  customers: Collection<CustomerDoc>;
  requests: Collection<RequestDoc>;
  reversals: Collection<ReversalDoc>;
  matches: Collection<MatchDoc>;
  entries: Collection<EntryDoc>;
};

export const collectionsOf = (db: Db): Collections => ({
  organisations: db.collection('organisations'),
  facts: db.collection('facts'),
  receivables: db.collection('receivables'),
  customers: db.collection('customers'),
  requests: db.collection('requests'),
  reversals: db.collection('reversals'),
  matches: db.collection('matches'),
  entries: db.collection('ledger_entries'),
});

export const toReceivable = ({ _id, ...row }: ReceivableDoc): Receivable => ({ invoiceId: _id, ...row });
export const fromReceivable = ({ invoiceId, ...row }: Receivable): ReceivableDoc => ({ _id: invoiceId, ...row });

export function toMatch({ _id, open: _, queuedAt: __, ...row }: MatchDoc): Match {
  return { paymentId: _id, ...row };
}
