import type { Contribution } from './figures.ts';

type Facts = { version: number; currency: string; issuedOn: string; dueDate: string; totalCents: number };
type Balance = { version: number; balanceCents: number };

/** What is known of one invoice. Balances come by more events than the rest, so each keeps its own newest version. */
export type InvoiceRow = {
  id: string;
  organisationId: string;
  facts: Facts | null;
  balance: Balance | null;
  voided: boolean;
};

export type InvoiceNews = { subject: 'invoice'; id: string; organisationId: string } & (
  | { kind: 'owed'; facts: Facts; balance: Balance }
  | { kind: 'balance'; balance: Balance }
  | { kind: 'voided' }
);

/** The row after some news; the very same row where it tells nothing new. */
export function foldInvoice(row: InvoiceRow | undefined, news: InvoiceNews): InvoiceRow {
  const { id, organisationId } = news;
  const known = row ?? { id, organisationId, facts: null, balance: null, voided: false };
  if (news.kind === 'voided') return known.voided ? known : { ...known, voided: true };
  const facts = news.kind === 'owed' && isNewer(news.facts, known.facts) ? news.facts : known.facts;
  const balance = isNewer(news.balance, known.balance) ? news.balance : known.balance;
  return facts === known.facts && balance === known.balance ? known : { ...known, facts, balance };
}

const isNewer = (news: { version: number }, known: { version: number } | null): boolean =>
  news.version > (known?.version ?? 0);

/** What is still owed, in cents; nothing before the invoice itself is known. */
export const openCents = ({ facts, balance, voided }: InvoiceRow): number =>
  facts && !voided ? Math.max(0, balance?.balanceCents ?? 0) : 0;

/** What an invoice adds to the day it was issued; a void one was never billed. */
export function billingFigures(row: InvoiceRow | undefined): Contribution {
  if (!row?.facts || row.voided) return undefined;
  const { currency, issuedOn, totalCents } = row.facts;
  return { key: `${row.organisationId}:${currency}:${issuedOn}`, figures: { billedCents: totalCents, invoices: 1 } };
}
