import process from 'node:process';
import type { TrialBalance } from '@malipo/api-contracts';
import { formatMoney } from '@malipo/values';
import { createApi } from '../client/api.ts';
import { type Local, startLocal } from '../platform/local.ts';
import { colour, complain, say, step, table } from '../terminal.ts';
import { type DemoBusiness, openBusiness } from './business.ts';
import { awaitEnds, reached, type Summary, storyTable, summarise } from './outcome.ts';
import { letThemPay } from './payers.ts';

const once = process.argv.includes('--once');
const startedAt = performance.now();

/** Lost callbacks are looked for every few seconds here, so that the demo need not wait for minutes. */
const IMPATIENT = { MALIPO_PULL_EVERY_MS: '2000', MALIPO_STK_QUERY_AFTER_MS: '5000' };
const DEADLINE_MS = 60_000;

async function main(): Promise<number> {
  say(colour.bold('\nMalipo: an M-Pesa callback becomes a paid invoice\n'));
  const local = await startLocal({ step, env: IMPATIENT, ephemeral: true });
  stopOnSignal(local);
  const outcome = demonstrate(local);
  if (once) {
    const { ok, summary } = await outcome.finally(local.stop);
    say(`\n${JSON.stringify(summary)}`);
    return ok ? 0 : 1;
  }
  await outcome;
  say(`\n${colour.dim('Running until Ctrl-C, which stops all of it.')}`);
  return new Promise(() => {});
}

async function demonstrate(local: Local): Promise<{ ok: boolean; summary: Summary }> {
  const { mpesa } = local.sandbox;
  const business = await step('a business with 10 customers and 11 issued invoices', () =>
    openBusiness(createApi(local.url), mpesa.addShortcode, Date.now().toString(36)),
  );
  const stories = await step('payers pay', () => letThemPay(business, mpesa));
  const found = await step('every payment finds its end', () =>
    awaitEnds(business.api, stories, DEADLINE_MS, () => {}),
  );
  say(`\n${colour.bold('What happened to each payment, and why')}\n`);
  say(storyTable(stories, found));
  await showLedger(business);
  showAddresses(local);
  const summary = await summarise(business, mpesa, startedAt);
  const ok =
    stories.every((story) => reached(story, found.get(story.receipt))) && summary.lost === 0 && summary.ledgerBalanced;
  if (!ok)
    complain(
      'not every payment reached its expected end; the table above shows which (✗), and the services’ log lines say more with MALIPO_LOG_LEVEL=debug',
    );
  return { ok, summary };
}

async function showLedger({ api }: DemoBusiness): Promise<void> {
  const trial = await api.get<TrialBalance>('/api/v1/ledger/trial-balance');
  say(`\n${colour.bold('The ledger')}\n`);
  const rows = trial.currencies.flatMap(({ accounts }) => accounts);
  const cells = (row: (typeof rows)[number]) => [
    row.account,
    ...[row.debitCents, row.creditCents, row.balanceCents].map((cents) => formatMoney(cents)),
  ];
  say(table(['account', 'debit', 'credit', 'balance'], rows.map(cells)));
  say(
    trial.balanced
      ? `  ${colour.green('balanced')}: debits and credits agree to the cent`
      : `  ${colour.red('NOT balanced')}`,
  );
}

function showAddresses({ url, ports }: Local): void {
  say(`\n${colour.bold('Open')}\n`);
  const of = (port: number) => `http://127.0.0.1:${port}`;
  say(
    table(
      ['what', 'where'],
      [
        ['API page', `${url}/api/docs`],
        ['OpenAPI document', `${url}/api/openapi.json`],
        ['metrics (one of each service)', `${of(ports.payment)}/metrics`],
        ['provider sandbox', `${of(ports.sandbox)}/_control`],
      ],
    ),
  );
}

function stopOnSignal(local: Local): void {
  const end = () => {
    say('\nstopping …');
    void local.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

try {
  process.exitCode = await main();
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
