import type { Fact } from '@malipo/matching';
import type { Collection, Db } from '@malipo/service-kit';
import type { ReviewSettings } from '../domain/expected.ts';
import type { HouseRules, RulesVersion } from '../domain/house-rules.ts';
import type { Learning } from '../domain/learning.ts';
import type { AccountTotals, Entry, Mode } from '../domain/ledger.ts';
import type { MatchStatus } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { Offer } from '../domain/refusal.ts';
import type { OutcomeOfRun, Run } from '../domain/run.ts';
import type { CustomerRecord } from '../domain/unit.ts';
import type { JudgementDoc, LearnerDoc, ModelChangeDoc, ModelDoc } from './learning.ts';
import type { MatchDoc } from './match-doc.ts';

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
  learning?: Learning;
};

/**
 * What the engine must remember, in order, per commit: its memory is nothing but the fold of these. With them, what else
 * memory holds of the commit: which invoices changed, and what is offered beside people's words.
 */
export type FactsDoc = { _id: string; facts: Fact[]; invoiceIds: string[]; at?: Date; offers?: Offer[] };

export type ReceivableDoc = Omit<Receivable, 'invoiceId'> & { _id: string };
export type CustomerDoc = Omit<CustomerRecord, 'customerId'> & { _id: string; organisationId: string };
export type RequestDoc = { _id: string; organisationId: string };
/** A reversal that came before its payment and waits for it. */
export type ReversalDoc = { _id: string; organisationId: string; why: string; cause: string; at: Date };

/** `position` is the organisation's `seq` and the place within the commit: an order with gaps, also for checks. */
export type EntryDoc = Omit<Entry, 'id'> & { _id: string; position: string };

/**
 * Invoices that money was moved on or off, and customers that other money is no more suspected to be of: what waits is looked
 * at anew. Gone when that is done.
 */
export type ReopenedDoc = {
  _id: string;
  organisationId: string;
  invoiceIds: string[];
  /** Absent in notes of earlier versions. */
  customerIds?: string[];
  /** Payments that the person dealt with: not to be suggested at once what was just taken back. */
  except: string[];
  cause: string;
  at: Date;
  /** How many looks led to it; absent for none. */
  looks?: number;
};

/** Rules as a person left them; never changed. */
export type RulesVersionDoc = RulesVersion & { _id: string; organisationId: string; version: number };

/** A prompt that was sent; `settledAt` is set once it was paid or came to nothing. */
export type PromptDoc = {
  _id: string;
  organisationId: string;
  mode?: Mode;
  customerId?: string | null;
  invoiceId?: string | null;
  amountCents?: number;
  promptedAt?: Date;
  settledAt?: Date;
};

export type SettingsDoc = ReviewSettings & { _id: string };
/** Somebody who showed a valid token of the organisation here. */
export type PersonDoc = { _id: string; organisationId: string; userId: string; roles: string[]; seenAt: Date };

export type RunDoc = Run & { _id: string };
/** `done` is false between the note that a payment is looked at and the note of what became of it. */
export type OutcomeDoc = OutcomeOfRun & {
  _id: string;
  organisationId: string;
  runId: string;
  position: string;
  done: boolean;
  /** When it was looked at; the run's counts outlast it. */
  at: Date;
};

export type Collections = {
  reopened: Collection<ReopenedDoc>;
  rulesVersions: Collection<RulesVersionDoc>;
  prompts: Collection<PromptDoc>;
  settings: Collection<SettingsDoc>;
  people: Collection<PersonDoc>;
  runs: Collection<RunDoc>;
  outcomes: Collection<OutcomeDoc>;
  organisations: Collection<OrganisationDoc>;
  facts: Collection<FactsDoc>;
  receivables: Collection<ReceivableDoc>;
  customers: Collection<CustomerDoc>;
  requests: Collection<RequestDoc>;
  reversals: Collection<ReversalDoc>;
  matches: Collection<MatchDoc>;
  entries: Collection<EntryDoc>;
  judgements: Collection<JudgementDoc>;
  learners: Collection<LearnerDoc>;
  models: Collection<ModelDoc>;
  modelChanges: Collection<ModelChangeDoc>;
};

export const collectionsOf = (db: Db): Collections => ({
  reopened: db.collection('reopened'),
  rulesVersions: db.collection('rules_versions'),
  prompts: db.collection('prompts'),
  settings: db.collection('review_settings'),
  people: db.collection('people'),
  runs: db.collection('runs'),
  outcomes: db.collection('run_outcomes'),
  organisations: db.collection('organisations'),
  facts: db.collection('facts'),
  receivables: db.collection('receivables'),
  customers: db.collection('customers'),
  requests: db.collection('requests'),
  reversals: db.collection('reversals'),
  matches: db.collection('matches'),
  entries: db.collection('ledger_entries'),
  judgements: db.collection('judgements'),
  learners: db.collection('learners'),
  models: db.collection('models'),
  modelChanges: db.collection('model_changes'),
});

export const toReceivable = ({ _id, ...row }: ReceivableDoc): Receivable => ({ invoiceId: _id, ...row });
export const fromReceivable = ({ invoiceId, ...row }: Receivable): ReceivableDoc => ({ _id: invoiceId, ...row });
