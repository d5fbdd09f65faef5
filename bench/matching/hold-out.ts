import { PRIOR } from '@malipo/matching';
import { readMonth } from './dataset.ts';
import { fitModel, RISK } from './fit-model.ts';
import { play } from './play.ts';
import { collect } from './samples.ts';
import { score } from './score.ts';

/**
 * Leaves each month out in turn: fits model and threshold on the others, plays the one left out.
 * Usage: node bench/matching/hold-out.ts MONTH_FOLDER MONTH_FOLDER...
 */
const months = process.argv.slice(2).map(readMonth);
const samples = new Map(months.map((month) => [month.name, collect(month, PRIOR, 'day')]));
/** A bound shown by fewer payments is wider; this much wider, so that it allows as many errors as the shipped one. */
const risk = (RISK * months.length) / (months.length - 1);
const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
for (const month of months) {
  const others = months.filter((one) => one !== month).flatMap((one) => samples.get(one.name) ?? []);
  const provenance = { data: 'others', trainedOn: '', payments: others.length };
  const model = fitModel(others, provenance, `without-${month.name}`, risk);
  for (const feedback of ['day', 'none'] as const) {
    const s = score(month, play(month, { feedback, model }).predictions);
    const figures = [
      `accuracy ${percent(s.alloc_accuracy_identifiable)}`,
      `wrong ${s.auto_errors}/${s.auto_n}`,
      `rate ${percent(s.auto_rate_all)}`,
      `ambiguous ${s.ambiguous_auto}/${s.ambiguous_n}`,
      `unrelated ${s.unrelated_auto}`,
      `relatives ${percent(s.relative_known_auto)}`,
      `Brier ${s.brier.toFixed(4)}`,
      `ECE ${s.ece15_mass.toFixed(4)}`,
      `threshold ${model.threshold.toFixed(4)}`,
    ];
    process.stdout.write(`${month.name} ${feedback}: ${figures.join(', ')}\n`);
  }
}
