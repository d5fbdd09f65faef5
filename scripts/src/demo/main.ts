import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { TrialBalance } from '@malipo/api-contracts';
import { instanceDir } from '@malipo/test-kit/stack';
import { formatMoney } from '@malipo/values';
import { createApi } from '../client/api.ts';
import { HELP, print, readArguments, runCommand } from '../command.ts';
import type { Local } from '../platform/local.ts';
import { localSettings } from '../platform/settings.ts';
import { colour, complain, numbersTable, say, step } from '../terminal.ts';
import { type DemoBusiness, openBusiness } from './business.ts';
import { type Addresses, closingLines } from './closing.ts';
import { awaitEnds, reached, type Summary, storyTable, summarise } from './outcome.ts';
import { letThemPay } from './payers.ts';

const USAGE = `usage: ./scripts/demo [--once]

Everything with payers who pay, on data of its own that is thrown away at the end; runs until Ctrl-C.

  --once   ends by itself and prints a JSON summary as its last line

Environment: MALIPO_INSTANCE (default), MALIPO_PORT (8080 for the default instance), and every service's own.`;

const startedAt = performance.now();

/** Services that start together on a stack without topics warn until these are there: no sight for who looks on. */
const LOG = instanceDir(`demo-${localSettings(process.env).instance}.log`);

const SETTINGS = {
  MALIPO_LOG_FILE: LOG,
  // lost callbacks are looked for every few seconds here, so that the demo need not wait for minutes
  MALIPO_PULL_EVERY_MS: '2000',
  MALIPO_STK_QUERY_AFTER_MS: '5000',
};
const DEADLINE_MS = 60_000;

async function main(): Promise<number> {
  const { values } = readArguments({ options: { ...HELP, once: { type: 'boolean', default: false } } });
  if (values.help) return print(USAGE);
  say(colour.bold('\nMalipo: an M-Pesa callback becomes a paid invoice\n'));
  const { startLocal } = await import('../platform/local.ts'); // the whole platform, which no usage needs
  await rm(LOG, { force: true });
  const local = await startLocal({ step, env: SETTINGS, ephemeral: true });
  say(colour.dim(`  warnings of the services: ${shown(LOG)}`));
  const run = stopOnSignal(local);
  const outcome = demonstrate(local).catch((error: unknown) => {
    if (!run.isStopping) throw error;
    return new Promise<never>(() => {}); // what fails now fails because everything stops
  });
  if (values.once) {
    const { ok, summary } = await outcome.finally(local.stop);
    say(`\n${JSON.stringify(summary)}`);
    return ok ? 0 : 1;
  }
  await outcome;
  run.isShown = true;
  say(`\n${colour.dim('Running until Ctrl-C, which stops all of it.')}`);
  return new Promise(() => {});
}

async function demonstrate(local: Local): Promise<{ ok: boolean; summary: Summary }> {
  const { mpesa } = local.sandbox;
  const business = await step('a business with 10 customers and 11 issued invoices', () =>
    openBusiness(createApi(local.url), mpesa.addShortcode, Date.now().toString(36)),
  );
  const stories = await step('payers pay', () => letThemPay(business, mpesa));
  const found = await step('every payment finds its end', () => awaitEnds(business.api, stories, DEADLINE_MS));
  say(`\n${colour.bold('What happened to each payment, and why')}\n`);
  say(storyTable(stories, found));
  await showLedger(business);
  say(`\n${closingLines(business, addressesOf(local))}`);
  const summary = await summarise(business, mpesa, startedAt);
  const ok =
    stories.every((story) => reached(story, found.get(story.receipt))) && summary.lost === 0 && summary.ledgerBalanced;
  if (!ok)
    complain(
      `not every payment reached its expected end; the table above shows which (✗), and what the services say of it lies in ${shown(LOG)}, more of it with MALIPO_LOG_LEVEL=debug`,
    );
  return { ok, summary };
}

const shown = (file: string): string => path.relative(process.cwd(), file);

function addressesOf({ url, ports }: Local): Addresses {
  const of = (port: number) => `http://127.0.0.1:${port}`;
  return { api: url, sandbox: of(ports.sandbox), metrics: of(ports.payment) };
}

async function showLedger({ api }: DemoBusiness): Promise<void> {
  const trial = await api.get<TrialBalance>('/api/v1/ledger/trial-balance');
  say(`\n${colour.bold('The ledger')}\n`);
  const rows = trial.currencies.flatMap(({ accounts }) => accounts);
  const cells = (row: (typeof rows)[number]) => [
    row.account,
    ...[row.debitCents, row.creditCents, row.balanceCents].map((cents) => formatMoney(cents)),
  ];
  say(numbersTable(['account', 'debit', 'credit', 'balance'], rows.map(cells)));
  say(
    trial.balanced
      ? `  ${colour.green('balanced')}: debits and credits agree to the cent`
      : `  ${colour.red('NOT balanced')}`,
  );
}

/** Whoever waits for the end must be able to tell a demonstration that was broken off from one that came to its end. */
function stopOnSignal(local: Local): { isStopping: boolean; isShown: boolean } {
  const run = { isStopping: false, isShown: false };
  const end = (signal: 'SIGINT' | 'SIGTERM') => {
    run.isStopping = true;
    say('\nstopping …');
    void local.stop().then(() => process.exit(run.isShown ? 0 : 128 + os.constants.signals[signal]));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return run;
}

await runCommand(USAGE, main);
