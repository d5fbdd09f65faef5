import type { TrialBalance } from '@malipo/api-contracts';
import type { Api } from '../client/api.ts';

type PaymentRow = {
  id: string;
  transactionId: string;
  amountCents: number;
  status: string;
  decision: string | null;
  allocations: { invoiceId: string; amountCents: number; roundingCents?: number }[];
};
type InvoiceRow = { id: string; totalCents: number; balanceCents: number; status: string };
/** What the provider says it delivered and was told "received" for. */
export type Delivered = { receipt: string; amountCents: number };

/** Everything that is wrong, in words; empty when the invariants I1 to I6 hold. */
export async function brokenInvariants(api: Api, delivered: readonly Delivered[]): Promise<string[]> {
  const [payments, invoices, trial] = await Promise.all([
    api.all<PaymentRow>('/api/v1/payments'),
    api.all<InvoiceRow>('/api/v1/invoices'),
    api.get<TrialBalance>('/api/v1/ledger/trial-balance'),
  ]);
  return [
    ...eachReceiptOnce(payments, delivered),
    ...balances(payments, invoices),
    ...ledger(payments, invoices, trial),
  ];
}

/** I1: each receipt that was acknowledged is exactly one payment of its amount, and there are no others. */
function eachReceiptOnce(payments: readonly PaymentRow[], delivered: readonly Delivered[]): string[] {
  const known = Map.groupBy(payments, (payment) => payment.transactionId);
  const told = new Map(delivered.map((one) => [one.receipt, one]));
  return [
    ...[...told.values()].filter((one) => !known.has(one.receipt)).map((one) => `I1: receipt ${one.receipt} is lost`),
    ...[...known]
      .filter(([, rows]) => rows.length > 1)
      .map(([receipt]) => `I1: receipt ${receipt} is ${known.get(receipt)?.length} payments`),
    ...payments
      .filter((payment) => told.get(payment.transactionId)?.amountCents !== payment.amountCents)
      .map((payment) => `I1: payment ${payment.transactionId} has another amount, or nobody paid it`),
  ];
}

/** I3, I4, I6: balance = total − applied, never below zero; paid means zero; money stays within the organisation. */
function balances(payments: readonly PaymentRow[], invoices: readonly InvoiceRow[]): string[] {
  const applied = new Map<string, number>();
  for (const allocation of payments.flatMap((payment) => payment.allocations)) {
    applied.set(
      allocation.invoiceId,
      (applied.get(allocation.invoiceId) ?? 0) + allocation.amountCents + (allocation.roundingCents ?? 0),
    );
  }
  const own = new Set(invoices.map((invoice) => invoice.id));
  return [
    ...invoices
      .filter(
        (invoice) =>
          invoice.status !== 'void' && invoice.balanceCents !== invoice.totalCents - (applied.get(invoice.id) ?? 0),
      )
      .map(
        (invoice) =>
          `I3: invoice ${invoice.id} says ${invoice.balanceCents}, total ${invoice.totalCents} less applied ${applied.get(invoice.id) ?? 0}`,
      ),
    ...invoices
      .filter((invoice) => invoice.balanceCents < 0)
      .map((invoice) => `I3: invoice ${invoice.id} is below zero`),
    ...invoices
      .filter((invoice) => (invoice.status === 'paid') !== (invoice.balanceCents === 0) && invoice.status !== 'void')
      .map((invoice) => `I4: invoice ${invoice.id} is ${invoice.status} with ${invoice.balanceCents}`),
    ...[...applied.keys()]
      .filter((id) => !own.has(id))
      .map((id) => `I6: money applied to invoice ${id}, which is not this organisation's`),
  ];
}

/** I2, I5: clearing holds exactly what was received; the whole sums to zero; receivable is what invoices say is owed. */
function ledger(payments: readonly PaymentRow[], invoices: readonly InvoiceRow[], trial: TrialBalance): string[] {
  const accounts = trial.currencies.flatMap((one) => one.accounts);
  const of = (prefix: string) =>
    sum(accounts.filter((row) => row.account.startsWith(prefix)).map((row) => row.balanceCents));
  const received = sum(payments.map((payment) => payment.amountCents));
  const owed = sum(invoices.filter((invoice) => !NOT_OWED.has(invoice.status)).map((invoice) => invoice.balanceCents));
  const total = sum(accounts.map((row) => row.balanceCents));
  return [
    ...(trial.balanced && total === 0 ? [] : [`I2: the ledger sums to ${total}`]),
    ...(of('clearing') === received ? [] : [`I2: clearing holds ${of('clearing')}, received were ${received}`]),
    ...(of('receivable') === owed ? [] : [`I5: receivable is ${of('receivable')}, invoices say ${owed} is owed`]),
  ];
}

const NOT_OWED = new Set(['draft', 'void']);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
