import type { BulkResult } from '@malipo/api-contracts';
import { type Cause, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Customer, type CustomerInput, newCustomer } from '../domain/customer.ts';
import { keyOf } from '../domain/keys.ts';
import { customerSaved } from '../events/outgoing.ts';
import { bulkResult, type Outcome, type Refusal, type Row, refusalOf } from './import-rows.ts';
import { accountsTaken } from './save-customer.ts';

type Built = { index: number; input: CustomerInput; customer: Customer };

/** Writes every valid row whose account numbers are free, in one transaction, and says of each what became of it. */
export async function importCustomers(
  deps: Deps,
  organisationId: string,
  rows: readonly Row<CustomerInput & { name: string }>[],
  cause?: Cause,
): Promise<BulkResult> {
  const at = deps.now();
  const outcomes: Outcome[] = [];
  const built = rows.flatMap((row, index): Built[] => {
    if ('input' in row)
      return [{ index, input: row.input, customer: newCustomer(row.input, deps.newId(), organisationId, at) }];
    outcomes[index] = row;
    return [];
  });
  const { free, refused } = await untilWon(() =>
    deps.relay.commit(async (tx) => {
      const keys = built.flatMap(({ customer }) => customer.accountNumbers.map(keyOf));
      const parted = firstOfEach(built, await deps.customers.takenKeys(organisationId, keys, undefined, tx.session));
      const customers = parted.free.map(({ customer }) => customer);
      await deps.customers.insertMany(customers, tx);
      tx.tell(...customers.map((customer) => customerSaved(customer, cause)));
      return parted;
    }),
  );
  for (const { index, customer } of free) outcomes[index] = { id: customer.id, number: null };
  for (const { index, refusal } of refused) outcomes[index] = refusal;
  deps.log.info({ created: free.length, rows: rows.length }, 'customers imported');
  return bulkResult(outcomes);
}

/** Parts the rows whose account numbers nobody holds yet, neither somebody in the database nor an earlier row. */
function firstOfEach(built: readonly Built[], taken: Set<string>) {
  const free: Built[] = [];
  const refused: { index: number; refusal: Refusal }[] = [];
  for (const one of built) {
    const { index, input, customer } = one;
    const keys = customer.accountNumbers.map(keyOf);
    if (keys.some((key) => taken.has(key))) {
      refused.push({ index, refusal: refusalOf(accountsTaken(input, taken), index) });
      continue;
    }
    for (const key of keys) taken.add(key);
    free.push(one);
  }
  return { free, refused };
}
