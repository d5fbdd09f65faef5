import type { TrialBalance } from '@malipo/api-contracts';
import type { Mode } from '../domain/ledger.ts';
import type { OrganisationDoc } from '../store/collections.ts';

/** The running totals as a trial balance; the ledger's job checks them against the entries. */
export function trialBalanceOf(row: OrganisationDoc | undefined, mode: Mode, asOf: Date): TrialBalance {
  const currencies = Object.entries(row?.ledger?.[mode] ?? {}).map(([currency, lines]) => {
    const accounts = Object.entries(lines)
      .map(([account, { debitCents = 0, creditCents = 0 }]) => ({
        account,
        debitCents,
        creditCents,
        balanceCents: debitCents - creditCents,
      }))
      .sort((a, b) => (a.account < b.account ? -1 : 1));
    const debitCents = accounts.reduce((sum, account) => sum + account.debitCents, 0);
    const creditCents = accounts.reduce((sum, account) => sum + account.creditCents, 0);
    return { currency, debitCents, creditCents, balanced: debitCents === creditCents, accounts };
  });
  return { mode, balanced: currencies.every((one) => one.balanced), asOf: asOf.toISOString(), currencies };
}
