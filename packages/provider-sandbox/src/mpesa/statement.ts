import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';

/** What M-Pesa really received, whoever was or was not told. Amounts out are negative. */
export type StatementLine = Readonly<Transaction>;

export interface StatementFilter {
  /** Also what was declined or cancelled; only completed rows are money. */
  all?: boolean;
}

/** The account's rows in the order they were booked. */
export function statement(ctx: MpesaContext, number: string, { all = false }: StatementFilter = {}): StatementLine[] {
  const { shortcode } = ctx.registry.get(number);
  return ctx.ledger.of(shortcode).filter(({ status }) => all || status === 'Completed');
}
