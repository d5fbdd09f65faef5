import { CONFIDENCE_INPUTS } from '../score/confidence.ts';
import { chancesOf } from '../score/rank.ts';
import type { Examined } from './examine.ts';

const CHANCE = CONFIDENCE_INPUTS.findIndex(({ name }) => name === 'chance');
const CHANCE_LOW = CONFIDENCE_INPUTS.findIndex(({ name }) => name === 'chance_low');
const RUNNER_UP = CONFIDENCE_INPUTS.findIndex(({ name }) => name === 'runner_up');

/** The best candidate under some weights: its place, its inputs to the confidence model, and the chances behind them. */
export type Best = { at: number; row: Float64Array; scores: number[]; runnerUp: number };

/** The best candidate under other weights than those a payment was examined with: chances are worked out anew. */
export function bestUnder({ asked, rows, inputs }: Examined, weights: ArrayLike<number>): Best | null {
  const scores = rows.map((row) => row.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0));
  if (scores.length === 0) return null;
  const at = asked ? 0 : scores.indexOf(Math.max(...scores));
  const chances = chancesOf(scores, asked);
  const chance = chances[at] ?? 0;
  const runnerUp = Math.max(0, ...chances.filter((_, n) => n !== at));
  const row = Float64Array.from(inputs[at] ?? []);
  const logit = Math.max(-12, Math.min(12, Math.log(chance / (1 - chance + 1e-12) + 1e-12)));
  row[CHANCE] = logit / 4;
  row[CHANCE_LOW] = Math.min(0, logit) / 4;
  row[RUNNER_UP] = Math.log(runnerUp + 1e-4) / 4;
  return { at, row, scores, runnerUp };
}
