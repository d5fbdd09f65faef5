import { evaluate, type Judged, PRIOR, refit, sayOf } from '@malipo/matching';
import { readMonth } from './dataset.ts';
import { generate } from './generator.ts';
import { collect, type Sample } from './samples.ts';

/**
 * What a business gains from learning: each business's own model is fitted on the first half of its month and compared
 * with the shipped one on the second half, by strength of the pull to the shipped one.
 * Usage: node bench/matching/refit.ts [MONTH_FOLDER]
 */
const STRENGTHS = [5, 20, 50, 200];
const [folder] = process.argv.slice(2);
const month = folder ? readMonth(folder) : generate({ seed: 11, businesses: 4, invoices: 8_000, payments: 8_000 });
const about = { version: 'refit', provenance: { data: '', trainedOn: '', payments: 0 } };

const toJudged = ({ examined, chosen, right, truth }: Sample): Judged => ({
  examined,
  chosen: truth.customer_id === null || chosen < 0 ? null : chosen,
  right: right.map((one) => one && !truth.ambiguous),
  weight: 1,
});

const tenantOf = new Map(month.payments.map((one) => [one.id, one.tenant_id]));
const samples = [
  ...Map.groupBy(collect(month, PRIOR, 'day'), (one) => tenantOf.get(one.truth.payment_id) ?? '').values(),
];
const print = (name: string, models: { own: typeof PRIOR; judged: Judged[] }[]): void => {
  const said = models.flatMap(({ own, judged }) =>
    judged.flatMap((one) => {
      const word = sayOf(own, one);
      return word ? { ...word, isGuarded: word.isGuarded || word.confidence < own.threshold } : [];
    }),
  );
  const { payments, logLoss, brier, ece, automatic, wrongAutomatic } = evaluate(said, 0);
  const figures = `log loss ${logLoss.toFixed(4)}, Brier ${brier.toFixed(4)}, ECE ${ece.toFixed(4)}`;
  process.stdout.write(`${name.padEnd(14)}${figures}, automatic ${automatic}/${payments}, wrong ${wrongAutomatic}\n`);
};
const halves = samples.map((own) => {
  const judged = own.map(toJudged);
  const middle = Math.floor(judged.length / 2);
  return { first: judged.slice(0, middle), second: judged.slice(middle) };
});
print(
  'shipped',
  halves.map(({ second }) => ({ own: PRIOR, judged: second })),
);
for (const strength of STRENGTHS) {
  const started = performance.now();
  const models = halves.map(({ first, second }) => ({
    own: refit(PRIOR, first, about, strength).model,
    judged: second,
  }));
  const seconds = ((performance.now() - started) / 1000 / halves.length).toFixed(1);
  print(`pull ${strength}`, models);
  process.stdout.write(`${''.padEnd(14)}${seconds} s for each business's ${halves[0]?.first.length} payments\n`);
}
