import type { BulkResult } from '@malipo/api-contracts';
import { type Cause, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Customer, type CustomerInput, newCustomer } from '../domain/customer.ts';
import { keyOf } from '../domain/keys.ts';
import { customerSaved } from '../events/outgoing.ts';
import { bulkResult, type Outcome, type Row } from './import-rows.ts';

/** Writes every valid row whose account numbers are free, in one transaction, and says of each what became of it. */
export async function importCustomers(
  deps: Deps,
  organisationId: string,
  rows: readonly Row<CustomerInput & { name: string }>[],
  cause?: Cause,
): Promise<BulkResult> {
  const at = deps.now();
  const outcomes: Outcome[] = [];
  const built = rows.flatMap((row, index) => {
    if ('input' in row) return [{ index, customer: newCustomer(row.input, deps.newId(), organisationId, at) }];
    outcomes[index] = row;
    return [];
  });
  const written = await untilWon(() =>
    deps.relay.commit(async (tx) => {
      const keys = built.flatMap(({ customer }) => customer.accountNumbers.map(keyOf));
      const free = firstOfEach(built, await deps.customers.takenKeys(organisationId, keys, undefined, tx.session));
      await deps.customers.insertMany(
        free.map(({ customer }) => customer),
        tx,
      );
      tx.tell(...free.map(({ customer }) => customerSaved(customer, cause)));
      return new Set(free);
    }),
  );
  for (const one of built)
    outcomes[one.index] = written.has(one) ? { id: one.customer.id, number: null } : accountTaken(one.index);
  deps.log.info({ created: written.size, rows: rows.length }, 'customers imported');
  return bulkResult(outcomes);
}

/** Rows whose account numbers nobody holds yet, neither somebody in the database nor an earlier row. */
function firstOfEach<Built extends { customer: Customer }>(built: readonly Built[], taken: Set<string>): Built[] {
  return built.filter(({ customer }) => {
    const keys = customer.accountNumbers.map(keyOf);
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}

const accountTaken = (index: number): Outcome => ({
  code: 'account_number_taken',
  errors: [{ pointer: `#/rows/${index}/accountNumber`, detail: 'an account number belongs to another customer' }],
});
