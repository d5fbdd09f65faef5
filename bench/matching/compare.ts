import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RawPrediction } from '@malipo/scripts/recon-engine/records';
import { type Month, readMonth } from './dataset.ts';
import { type Feedback, play } from './play.ts';
import { score } from './score.ts';

/**
 * Compares every decision on some months with those of an earlier state of the code. The first run writes the file, later
 * ones read it: `node bench/matching/compare.ts BEFORE.json MONTH_FOLDER...` before a change, and again after it.
 */
const [file, ...paths] = process.argv.slice(2);
if (!file || paths.length === 0) throw new Error('usage: compare.ts BEFORE.json MONTH_FOLDER...');
type Decided = Pick<RawPrediction, 'decision' | 'confidence' | 'allocations' | 'customer_id'>;
type Run = Record<string, Record<string, Decided>>;
const before: Run | null = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : null;
const now: Run = {};

const what = ({ customer_id, allocations }: Decided): string => JSON.stringify([customer_id, allocations]);

function compare(title: string, old: Record<string, Decided>, decided: Record<string, Decided>): string {
  let outcomes = 0;
  let proposals = 0;
  let moved = 0;
  for (const [id, one] of Object.entries(decided)) {
    const other = old[id];
    if (!other) continue;
    if (other.decision !== one.decision) outcomes++;
    if (what(other) !== what(one)) proposals++;
    moved = Math.max(moved, Math.abs(other.confidence - one.confidence));
  }
  return `${title}: ${outcomes} outcomes and ${proposals} proposals differ, confidence by at most ${moved.toFixed(4)}`;
}

function figures(month: Month, decided: Map<string, Decided>): string {
  const s = score(month, decided);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return [
    `accuracy ${percent(s.alloc_accuracy_identifiable)}`,
    `wrong ${s.auto_errors}/${s.auto_n}`,
    `rate ${percent(s.auto_rate_all)}`,
    `ambiguous ${s.ambiguous_auto}/${s.ambiguous_n}`,
    `relatives ${percent(s.relative_known_auto)}`,
    `Brier ${s.brier.toFixed(4)}`,
    `ECE ${s.ece15_mass.toFixed(4)}`,
    `proposed ${percent(s.proposed_share_of_payments_with_truth)}`,
  ].join(', ');
}

for (const month of paths.map(readMonth)) {
  for (const feedback of ['day', 'none'] satisfies Feedback[]) {
    const { predictions } = play(month, { feedback });
    const title = `${month.name} ${feedback}`;
    const decided: Record<string, Decided> = {};
    for (const [id, { decision, confidence, allocations, customer_id }] of predictions)
      decided[id] = { decision, confidence, allocations, customer_id };
    now[title] = decided;
    const old = before?.[title];
    if (old) process.stdout.write(`${compare(title, old, decided)}\n`);
    process.stdout.write(`${title}: ${figures(month, predictions)}\n`);
  }
}
if (!before) writeFileSync(file, JSON.stringify(now));
