import { ConflictError } from '@malipo/service-kit';
import { heldLines, type Match } from '../domain/match.ts';
import { beginUnit } from '../domain/unit.ts';
import type { Deps, Work } from './work.ts';

/** An organisation's head, as it was read before everything else. */
export type Row = { _id: string; seq: number; mode: 'test' | 'live' };

/** A unit without the engine: its facts reach every memory through the log. */
export async function openUnit(
  deps: Deps,
  row: Row,
  matches: readonly Match[],
  invoiceIds: readonly string[],
  customerIds: readonly string[],
): Promise<Work> {
  const lines = matches.flatMap((match) => heldLines(match).map((line) => line.invoiceId));
  const receivables = await deps.reads.receivables([...lines, ...invoiceIds]);
  const open = customerIds.length > 0 ? await deps.reads.openReceivables([row._id], customerIds) : [];
  const owed = new Map<string, number>();
  for (const { customerId, currency, balanceCents } of open) {
    const key = `${customerId} ${currency}`;
    owed.set(key, (owed.get(key) ?? 0) + balanceCents);
  }
  return beginUnit({
    organisationId: row._id,
    seq: row.seq,
    mode: row.mode,
    at: deps.now(),
    state: null,
    receivable: (id) => receivables.get(id),
    owedBefore: (customerId, currency) => owed.get(`${customerId} ${currency}`) ?? 0,
  });
}

/** A unit that touches no money: for what an organisation sets, which may come before anything else is known of it. */
export const openSettings = (deps: Deps, organisationId: string, row: Row | undefined): Work =>
  beginUnit({
    organisationId,
    seq: row?.seq ?? null,
    mode: row?.mode ?? 'test',
    at: deps.now(),
    state: null,
    receivable: () => undefined,
    owedBefore: () => 0,
  });

/** @throws {ConflictError} test_money: an organisation that is live decides on live money alone */
export function assertOfMode(match: Match, { mode }: Pick<Row, 'mode'>): void {
  if (match.mode !== mode)
    throw new ConflictError('test_money', 'the organisation is live; its test payments are closed');
}

/** @param expected what the caller decided on, where only that one will do @throws {ConflictError} match_changed */
export function assertUnchanged(match: Match, expected: number | undefined): void {
  if (expected !== undefined && expected !== match.version)
    throw new ConflictError('match_changed', 'the match changed since it was looked at; look again');
}
