/**
 * How many payments a second reconciliation works off, slices of 200 handed to the command itself, on a real MongoDB:
 * `node services/reconciliation/test/slice-bench.ts [organisations] [invoices each] [payments]` with the stack's environment.
 */
import { startService } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { reconcileSlice } from '../src/commands/reconcile-slice.ts';
import type { Deps } from '../src/commands/work.ts';
import { createDeps } from '../src/deps.ts';
import { checkLedger } from '../src/jobs/check-ledger.ts';
import { reconciliation } from '../src/service.ts';
import { customerSaved, invoiceIssued, paymentReceived, received } from './builders.ts';

const [organisations = 20, each = 200, count = 10_000] = process.argv.slice(2).map(Number);
const SLICE = 200;

let deps: Deps | undefined;
const prefix = `bench${Date.now()}_`;
const running = await startService(
  {
    ...reconciliation,
    subscriptions: () => [],
    jobs: () => [],
    deps: (base: Parameters<typeof createDeps>[0]) => {
      deps = createDeps(base);
      return deps;
    },
  },
  {
    env: {
      MALIPO_LOG_LEVEL: 'warn',
      ...process.env,
      MALIPO_DB_PREFIX: prefix,
      MALIPO_KAFKA_PREFIX: prefix,
      MALIPO_RECONCILIATION_PORT: '0',
    },
  },
);

async function inSlices(events: ReturnType<typeof received>[]): Promise<void> {
  for (let from = 0; from < events.length && deps; from += SLICE)
    await reconcileSlice(deps, events.slice(from, from + SLICE));
}

const invoices = Array.from({ length: organisations }, () => newId()).flatMap((organisationId) =>
  Array.from({ length: each }, (_, n) => {
    const [invoiceId, customerId] = [newId(), newId()];
    const invoice = { invoiceId, customerId, number: `INV-${String(10_000 + n * 7)}`, totalCents: 1_000_000 + n * 100 };
    return { organisationId, invoice, phone: `2547${20_000_000 + n}` };
  }),
);
await inSlices(
  invoices.flatMap(({ organisationId, invoice, phone }, n) => [
    received(
      customerSaved(organisationId, { customerId: invoice.customerId, name: `Payer${n % 997} Name${n % 89}`, phone }),
    ),
    received(invoiceIssued(organisationId, invoice)),
  ]),
);
const payments = Array.from({ length: count }, (_, n) => {
  const { organisationId, invoice, phone } = invoices[(n * 7919) % invoices.length] ?? invoices[0]!;
  const number = { form: 'full' as const, value: phone };
  return received(paymentReceived(organisationId, { amountCents: 10_000, reference: invoice.number, number }));
});
const [started, cpu] = [performance.now(), process.cpuUsage()];
await inSlices(payments);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const figures = {
  organisations,
  payments: count,
  perSecond: Math.round(count / seconds),
  cpuMicros: Math.round((user + system) / count),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
if (deps && (await checkLedger(deps, new Map())).drift !== 0) throw new Error('the ledger does not add up');
await deps?.relay.idle();
await deps?.mongo.db.dropDatabase();
await running.stop();
