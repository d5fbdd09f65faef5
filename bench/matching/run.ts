import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Month, readMonth } from './dataset.ts';
import { generate } from './generator.ts';
import { exactBaseline, levenshteinBaseline } from './naive.ts';
import { type Feedback, play } from './play.ts';
import { type Score, score } from './score.ts';
import { speed } from './speed.ts';

/**
 * Prints the matching table: the months that the repository carries (or the folders given), with and without
 * reviewers, beside the naive baselines, and then speed by number of open invoices.
 * Usage: node bench/matching/run.ts [MONTH_FOLDER...] [--no-speed | --large]
 */
const HERE = import.meta.dirname;
const given = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const CARRIED = ['dev-101', 'dev-small-104'].map((name) => join(HERE, 'data', `${name}.json.gz`));
const paths = given.length > 0 ? given : CARRIED.filter((path) => existsSync(path));

const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(2)} %`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const COLUMNS: [string, (s: Score) => string][] = [
  ['accuracy', (s) => percent(s.alloc_accuracy_identifiable)],
  ['precision', (s) => percent(s.auto_precision)],
  ['lower 95', (s) => percent(s.auto_precision_lower95)],
  ['wrong/auto', (s) => `${s.auto_errors}/${s.auto_n}`],
  ['rate', (s) => percent(s.auto_rate_all)],
  ['unrelated', (s) => String(s.unrelated_auto)],
  ['dup+rev', (s) => String(s.duplicate_or_reversal_credited)],
  ['ambiguous', (s) => `${s.ambiguous_auto}/${s.ambiguous_n}`],
  ['relatives', (s) => percent(s.relative_known_auto)],
  ['Brier', (s) => s.brier.toFixed(4)],
  ['ECE', (s) => s.ece15_mass.toFixed(4)],
  ['right ≥95', (s) => percent(s.accuracy_confidence_ge_95)],
  ['proposed', (s) => percent(s.proposed_share_of_payments_with_truth)],
  ['violations', (s) => String(Object.values(s.violations).reduce((sum, n) => sum + n, 0))],
];

function row(name: string, cells: string[]): void {
  print(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(11)).join('')}`);
}

function table(months: Month[]): void {
  row(
    '',
    COLUMNS.map(([title]) => title),
  );
  for (const month of months) {
    for (const feedback of ['day', 'none'] satisfies Feedback[]) {
      const { predictions } = play(month, { feedback });
      const figures = score(month, predictions);
      row(
        `${month.name}, ${feedback === 'day' ? 'reviewed daily' : 'nobody reviews'}`,
        COLUMNS.map(([, cell]) => cell(figures)),
      );
    }
    for (const [name, guesses] of [
      ['exact reference and amount', exactBaseline(month)],
      ['Levenshtein up to 2', levenshteinBaseline(month)],
    ] as const) {
      const figures = score(month, guesses);
      row(
        `  ${name}`,
        COLUMNS.map(([, cell]) => cell(figures)),
      );
    }
  }
}

table(paths.map(readMonth));
const shifted = generate({ seed: 7, businesses: 8, invoices: 8_000, payments: 3_000 });
print(
  '\nOur own shifted month (other formats, masks and mix of errors; its answers are what was meant, not what can be known)',
);
table([shifted]);
if (!process.argv.includes('--no-speed')) {
  print('\nSpeed by open invoices (one process, one core; CPU time, so that a busy machine does not count)');
  const sizes = process.argv.includes('--large') ? [5_000, 50_000, 1_000_000] : [5_000, 50_000];
  for (const line of speed(sizes)) print(line);
}
