import type { Cause } from '@malipo/service-kit';
import { isDuplicateKey } from '@malipo/service-kit';
import { NOT_LEARNED } from '../domain/learning.ts';
import type { Mode } from '../domain/ledger.ts';
import { ENGINE, heldLines, isOpen, type Match } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import type { Receivable } from '../domain/receivable.ts';
import { moveToLive } from '../domain/save-invoice.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { leaveOpen, undo } from '../domain/settle.ts';
import { beginUnit, learn, receivableOf } from '../domain/unit.ts';
import { leftOpen, undone } from '../events/outgoing.ts';
import { commitUnits } from '../store/commit.ts';
import { causeId, testMoney } from './decide-payment.ts';
import type { Deps, Work } from './work.ts';

const AT_ONCE = 200;

/**
 * The organisation's first live money: from now on its invoices belong to the live book. Test money is taken off them
 * first, in steps that may be interrupted and repeated; the mode changes with the last one.
 * @see docs/adr/0009-test-and-live-money.md
 */
export async function goLive(deps: Deps, organisationId: string, cause: Cause): Promise<void> {
  const row = await deps.reads.organisation(organisationId);
  if (!row) return createLive(deps, organisationId);
  if (row.mode === 'live') return;
  deps.books.drop(organisationId);
  const { paymentIds, invoiceIds } = await everSeen(deps, organisationId);
  let seq = row.seq;
  const step = async (
    receivables: ReadonlyMap<string, Receivable>,
    work: (unit: Work) => void,
    modeAfter: Mode = 'test',
  ) => {
    const unit: Work = beginUnit({
      organisationId,
      seq,
      mode: 'test',
      at: deps.now(),
      state: null,
      receivable: (id) => receivables.get(id),
      owedBefore: () => 0,
    });
    work(unit);
    unit.modeAfter = modeAfter;
    unit.isClaimed = true;
    await commitUnits(deps.relay, deps.collections, [unit]);
    seq += 1;
  };
  for (const ids of chunks(paymentIds)) {
    const matches = [...(await deps.reads.matches(ids)).values()];
    const lines = matches.flatMap((match) => heldLines(match).map((line) => line.invoiceId));
    await step(await deps.reads.receivables(lines), (unit) => {
      for (const match of matches) dismiss(unit, match, cause);
    });
  }
  for (const ids of chunks(invoiceIds)) {
    const receivables = await deps.reads.receivables(ids);
    await step(receivables, (unit) => {
      for (const receivable of receivables.values())
        if (receivable.mode === 'test') moveToLive(unit, receivable, causeId(cause));
    });
  }
  const { caution } = row.learning ?? NOT_LEARNED;
  // what was learned from test money says nothing about real money
  const unlearn = (unit: Work) => {
    unit.learningAfter = row.learning ? { ...NOT_LEARNED, caution } : null;
  };
  await step(new Map(), unlearn, 'live');
}

async function createLive({ collections }: Deps, organisationId: string): Promise<void> {
  try {
    await collections.organisations.insertOne({ _id: organisationId, seq: 0, mode: 'live' });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

async function everSeen(
  { reads }: Deps,
  organisationId: string,
): Promise<{ paymentIds: string[]; invoiceIds: string[] }> {
  const paymentIds = new Set<string>();
  const invoiceIds = new Set<string>();
  for (const doc of await reads.factsAfter(new Map([[organisationId, 0]]))) {
    for (const fact of doc.facts) if (fact.type === 'payment-decided') paymentIds.add(fact.payment.paymentId);
    for (const id of doc.invoiceIds) invoiceIds.add(id);
  }
  return { paymentIds: [...paymentIds], invoiceIds: [...invoiceIds] };
}

/** Takes test money off its invoices, with what was suggested for it, and makes the engine forget it and its receipt. */
function dismiss(unit: Work, match: Match, cause: Cause): void {
  if (match.mode !== 'test') return;
  const facts = [{ type: 'payment-dismissed' as const, paymentId: match.paymentId }];
  learn(unit, { type: 'payment-forgotten', payment: toPaymentFact(match.payment) });
  if (match.reversed) return;
  const act = { who: ENGINE, at: unit.at, why: 'the organisation went live' };
  const verdict = { decision: testMoney(match), reason: 'test_money' };
  if (isOpen(match)) {
    if (match.reason === verdict.reason) return;
    const announce = leftOpen(cause, unit.at, () => '');
    noteStep(unit, match, leaveOpen({ ...match, ...verdict }, 'unmatched', act), { facts, announce });
    return;
  }
  const outcome = undo(match, act, (id) => receivableOf(unit, id));
  const next = { ...outcome, match: { ...outcome.match, ...verdict } };
  saveStep(unit, match, next, { kind: 'allocation_undone', cause: causeId(cause), facts, announce: undone(cause) });
}

function* chunks(ids: readonly string[]): Generator<string[]> {
  for (let from = 0; from < ids.length; from += AT_ONCE) yield ids.slice(from, from + AT_ONCE);
}
