import { type Job, pause } from '@malipo/service-kit';
import type { Deps } from '../commands/work.ts';
import type { JobDeps } from '../deps.ts';
import type { AccountTotals } from '../domain/ledger.ts';
import { addUpEntries } from '../store/add-up-entries.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import { restBetween } from './rest.ts';

/** How far an organisation's entries are checked, and what they add up to: by mode, currency and line. */
type Checked = { seq: number; totals: Map<string, AccountTotals>; sums: Map<string, number>; drift: number };

/**
 * Adds up new entries, apart from the totals that grow with each commit, and shows both the sum (0) and the difference
 * (0). Only organisations that moved are read, and only what they added since the last look of this process.
 */
export function ledgerJobs(deps: JobDeps): readonly Job[] {
  const { checkEveryMs } = deps.settings;
  const checked = new Map<string, Checked>();
  let moved = 1;
  const checkRound = async () => {
    ({ moved } = await checkLedger(deps, checked, restBetween(moved, checkEveryMs)));
  };
  return [
    { name: 'check-ledger', everyMs: checkEveryMs, run: checkRound },
    { name: 'count-open', everyMs: checkEveryMs, run: () => countOpen(deps) },
  ];
}

/**
 * One round over the organisations that moved since the last one.
 * @returns entries against running totals, summed, which is 0; and how many organisations had moved
 */
export async function checkLedger(
  deps: Deps,
  checked: Map<string, Checked>,
  restMs = 0,
): Promise<{ drift: number; moved: number }> {
  let moved = 0;
  for await (const row of deps.collections.organisations.find()) {
    const before = checked.get(row._id) ?? { seq: 0, totals: new Map(), sums: new Map(), drift: 0 };
    if (before.seq >= row.seq) continue;
    moved++;
    checked.set(row._id, await checkOrganisation(deps, row, before));
    if (restMs > 0) await pause(restMs, deps.stopping);
  }
  const sums = new Map<string, number>();
  let drift = 0;
  for (const one of checked.values()) {
    for (const [currency, sum] of one.sums) sums.set(currency, (sums.get(currency) ?? 0) + Math.abs(sum));
    drift += one.drift;
  }
  for (const [currency, sum] of sums) deps.figures.ledgerSum.set({ currency }, sum);
  deps.figures.ledgerDrift.set(drift);
  if (drift !== 0) deps.log.error({ drift }, 'ledger entries and running totals differ');
  return { drift, moved };
}

async function checkOrganisation({ collections }: Deps, row: OrganisationDoc, before: Checked): Promise<Checked> {
  // copies: a check that fails half-way must leave what it started from
  const totals = new Map([...before.totals].map(([path, held]) => [path, { ...held }]));
  const next = { seq: row.seq, totals, sums: new Map(before.sums), drift: 0 };
  for (const added of await addUpEntries(collections, row._id, before.seq, row.seq)) {
    const path = `${added.mode}.${added.currency}.${added.line}`;
    const held = totals.get(path) ?? { debitCents: 0, creditCents: 0 };
    held.debitCents += added.debitCents;
    held.creditCents += added.creditCents;
    totals.set(path, held);
    const sum = next.sums.get(added.currency) ?? 0;
    next.sums.set(added.currency, sum + added.debitCents - added.creditCents);
  }
  for (const [path, { debitCents, creditCents }] of next.totals) {
    const [mode = '', currency = '', line = ''] = path.split('.');
    const running = row.ledger?.[mode]?.[currency]?.[line];
    next.drift +=
      Math.abs(debitCents - (running?.debitCents ?? 0)) + Math.abs(creditCents - (running?.creditCents ?? 0));
  }
  return next;
}

async function countOpen({ collections, figures }: Deps): Promise<void> {
  const counts = { test: 0, live: 0 };
  for await (const row of collections.organisations.find({}, { projection: { unresolved: 1 } }))
    for (const mode of ['test', 'live'] as const)
      for (const { count } of Object.values(row.unresolved?.[mode] ?? {})) counts[mode] += count;
  figures.unresolved.set({ mode: 'test' }, counts.test);
  figures.unresolved.set({ mode: 'live' }, counts.live);
  figures.waitingReversals.set(await collections.reversals.estimatedDocumentCount());
}
