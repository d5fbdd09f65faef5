import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, PRIOR } from '@malipo/matching';
import { readMonth } from './dataset.ts';
import { fitModel, report } from './fit-model.ts';
import { collect, type Sample } from './samples.ts';

/**
 * Trains the shipped prior: plays the given months with the prior in force, fits both stages, writes the data file.
 * Run it twice after a change of features, since what is seen depends a little on what was decided before.
 * Usage: node bench/matching/train.ts OUT.json DAY MONTH_FOLDER...
 */
const [out, day, ...folders] = process.argv.slice(2);
if (!out || !day || folders.length === 0) throw new Error('usage: train.ts OUT.json YYYY-MM-DD MONTH_FOLDER...');
const hash = createHash('sha256');
const samples: Sample[] = [];
for (const folder of folders) {
  hash.update(readFileSync(join(folder, 'payments.json'))).update(readFileSync(join(folder, 'truth.json')));
  samples.push(...collect(readMonth(folder), PRIOR, 'day'));
}
const data = hash.digest('hex');
const unnamed = fitModel(samples, { data, trainedOn: day, payments: samples.length }, '');
const model = { ...unnamed, version: `prior-${hashOf(unnamed)}` };
for (const line of report(samples)) process.stdout.write(`${line}\n`);
writeFileSync(out, `${JSON.stringify(model, null, 1)}\n`);
process.stdout.write(`${samples.length} payments, threshold ${model.threshold}, strict ${model.strictThreshold}\n`);

/** Of all that it says, so that another model never has the same name. */
function hashOf(one: Model): string {
  return createHash('sha256').update(JSON.stringify(one)).digest('hex').slice(0, 8);
}
