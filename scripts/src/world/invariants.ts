import type { Api } from '../client/api.ts';

type PaymentRow = {
  id: string;
  receipt: string;
  amountCents: number;
  status: string;
  decision: string | null;
  allocations: { invoiceId: string; amountCents: number; roundingCents?: number }[];
};
type InvoiceRow = { id: string; totalCents: number; balanceCents: number; status: string };
type TrialBalance = {
  balanced: boolean;
  accounts: { account: string; balanceCents: number; debitCents: number; creditCents: number }[];
};

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
  const known = Map.groupBy(payments, (payment) => payment.receipt);
  const told = new Map(delivered.map((one) => [one.receipt, one]));
  return [
    ...[...told.values()].filter((one) => !known.has(one.receipt)).map((one) => `I1: receipt ${one.receipt} is lost`),
    ...[...known]
      .filter(([, rows]) => rows.length > 1)
      .map(([receipt]) => `I1: receipt ${receipt} is ${known.get(receipt)?.length} payments`),
    ...payments
      .filter((payment) => told.get(payment.receipt)?.amountCents !== payment.amountCents)
      .map((payment) => `I1: payment ${payment.receipt} has another amount, or nobody paid it`),
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
  const received = payments.reduce((sum, payment) => sum + payment.amountCents, 0);
  const owed = invoices.reduce(
    (sum, invoice) => sum + (invoice.status === 'draft' || invoice.status === 'void' ? 0 : invoice.balanceCents),
    0,
  );
  const of = (prefix: string) =>
    trial.accounts.filter((row) => row.account.startsWith(prefix)).reduce((sum, row) => sum + row.balanceCents, 0);
  const total = trial.accounts.reduce((sum, row) => sum + row.balanceCents, 0);
  return [
    ...(trial.balanced && total === 0 ? [] : [`I2: the ledger sums to ${total}`]),
    ...(of('clearing') === received ? [] : [`I2: clearing holds ${of('clearing')}, received were ${received}`]),
    ...(of('receivable') === owed ? [] : [`I5: receivable is ${of('receivable')}, invoices say ${owed} is owed`]),
  ];
}
