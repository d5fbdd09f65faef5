import { type Document, type Filter, listPage, type Page, type PageQuery } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import { dayBounds, type ExpectedStatus, promptBounds, type ReviewSettings } from '../domain/expected.ts';
import type { Mode } from '../domain/ledger.ts';
import type { Collections, PromptDoc, ReceivableDoc } from './collections.ts';

export type ExpectedFilter = { organisationId: string; mode: Mode; status?: ExpectedStatus | undefined };
export type ExpectedSum = { status: ExpectedStatus; currency: string; count: number; amountCents: number };

/** Unpaid invoices, the longest due first. */
export const expectedInvoices = <View>(
  { receivables }: Collections,
  filter: ExpectedFilter,
  settings: ReviewSettings,
  now: Date,
  query: PageQuery,
  toView: (row: ReceivableDoc) => View,
): Promise<Page<View>> =>
  listPage(
    receivables,
    { ...invoices(filter), ...dueWithin(filter.status, settings, now) } as Owned<ReceivableDoc>,
    { field: 'dueDate', kind: 'text', order: 'asc' },
    query,
    toView,
  );

/** Prompts that were neither paid nor refused, the oldest first. */
export const expectedRequests = <View>(
  { prompts }: Collections,
  filter: ExpectedFilter,
  settings: ReviewSettings,
  now: Date,
  query: PageQuery,
  toView: (row: PromptDoc) => View,
): Promise<Page<View>> =>
  listPage(
    prompts,
    { ...requests(filter), $and: [promptedWithin(filter.status, settings, now)] } as Owned<PromptDoc>,
    { field: 'promptedAt', kind: 'date', order: 'asc' },
    query,
    toView,
  );

type Owned<Row> = Filter<Row> & { organisationId: string };

const invoices = ({ organisationId, mode }: ExpectedFilter): Document => ({ organisationId, status: 'open', mode });
const requests = ({ organisationId, mode }: ExpectedFilter): Document => ({
  organisationId,
  mode,
  settledAt: null,
  promptedAt: { $ne: null },
});

function dueWithin(status: ExpectedStatus | undefined, settings: ReviewSettings, now: Date): Document {
  const { soon, today, missing } = dayBounds(eatDay(now), settings);
  if (status === 'missing') return { dueDate: { $lt: missing } };
  if (status === 'late') return { dueDate: { $gte: missing, $lt: today } };
  if (status === 'due_soon') return { dueDate: { $gte: today, $lte: soon } };
  return status === 'expected' ? { dueDate: { $gt: soon } } : {};
}

function promptedWithin(status: ExpectedStatus | undefined, settings: ReviewSettings, now: Date): Document {
  const { late, missing } = promptBounds(now, settings);
  if (status === 'missing') return { promptedAt: { $lt: missing } };
  if (status === 'late') return { promptedAt: { $gte: missing, $lt: late } };
  if (status === 'expected') return { promptedAt: { $gte: late } };
  return status === undefined ? {} : { _id: { $in: [] } };
}

const STATUSES: readonly ExpectedStatus[] = ['expected', 'due_soon', 'late', 'missing'];

/** How much is to come, by how late it is. */
export async function expectedTotals(
  { receivables, prompts }: Collections,
  kind: 'invoice' | 'request',
  filter: ExpectedFilter,
  settings: ReviewSettings,
  now: Date,
): Promise<ExpectedSum[]> {
  const asked = STATUSES.filter((status) => !filter.status || filter.status === status);
  const sums = asked.map(async (status): Promise<ExpectedSum[]> => {
    const match =
      kind === 'invoice'
        ? { ...invoices(filter), ...dueWithin(status, settings, now) }
        : { $and: [requests(filter), promptedWithin(status, settings, now)] };
    const group = { _id: kind === 'invoice' ? '$currency' : 'KES', count: { $sum: 1 } };
    const amountCents = { $sum: kind === 'invoice' ? '$balanceCents' : '$amountCents' };
    const pipeline = [{ $match: match }, { $group: { ...group, amountCents } }];
    const rows = await (kind === 'invoice' ? receivables : prompts)
      .aggregate<{ _id: string; count: number; amountCents: number }>(pipeline)
      .toArray();
    return rows.map(({ _id: currency, ...row }) => ({ status, currency, ...row }));
  });
  return (await Promise.all(sums)).flat();
}
