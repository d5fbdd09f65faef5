import type { AccountTotals, Mode } from '../domain/ledger.ts';
import { pad } from '../domain/unit.ts';
import type { Collections } from './collections.ts';

/** What entries add to one line of the trial balance; both sides are positive cents. */
export type Added = AccountTotals & { mode: Mode; currency: string; line: string };

/**
 * Adds up the entries of commits `after < seq <= until`, in the database and by words of its own: this is what the
 * running totals are checked against. Customers are summed up, channels are not, as in the trial balance.
 */
export async function addUpEntries(
  { entries }: Collections,
  organisationId: string,
  after: number,
  until: number,
): Promise<Added[]> {
  const position = { $gt: `${pad(after)};`, $lt: `${pad(until)};` };
  const cents = '$legs.amountCents';
  const rows = entries.aggregate<{ _id: LineId } & AccountTotals>([
    { $match: { organisationId, position } },
    { $unwind: '$legs' },
    {
      $group: {
        _id: { mode: '$mode', currency: '$currency', account: '$legs.account', channel: '$legs.channel' },
        debitCents: { $sum: { $max: [cents, 0] } },
        creditCents: { $sum: { $max: [{ $subtract: [0, cents] }, 0] } },
      },
    },
  ]);
  return (await rows.toArray()).map(({ _id: { mode, currency, account, channel }, debitCents, creditCents }) => ({
    mode,
    currency,
    line: channel ? `${account}:${channel}` : account,
    debitCents,
    creditCents,
  }));
}

type LineId = { mode: Mode; currency: string; account: string; channel?: string };
