import type { BulkResult } from '@malipo/api-contracts';
import type { Cause } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type CustomerInput, newCustomer } from '../domain/customer.ts';
import { customerSaved } from '../events/outgoing.ts';
import { bulkResult, type Outcome, type Row } from './import-rows.ts';

/** Writes every valid row in one round trip and says of each what became of it. */
export async function importCustomers(
  deps: Deps,
  organisationId: string,
  rows: readonly Row<CustomerInput & { name: string }>[],
  cause?: Cause,
): Promise<BulkResult> {
  const at = deps.now();
  const outcomes: Outcome[] = [];
  const built = rows.flatMap((row, index) => {
    if (!('input' in row)) {
      outcomes[index] = row;
      return [];
    }
    const customer = newCustomer(row.input, deps.newId(), organisationId, at);
    return [{ index, customer, events: [customerSaved(customer, cause)] }];
  });
  const refused = await deps.customers.insertMany(built);
  for (const [position, { index, customer }] of built.entries())
    outcomes[index] = refused.has(position) ? accountTaken(index) : { id: customer.id, number: null };
  const written = built.filter((_, position) => !refused.has(position));
  deps.relay.announce(written.map(({ customer, events }) => ({ collection: 'customers', id: customer.id, events })));
  deps.log.info({ created: written.length, rows: rows.length }, 'customers imported');
  return bulkResult(outcomes);
}

const accountTaken = (index: number): Outcome => ({
  code: 'account_number_taken',
  errors: [{ pointer: `#/rows/${index}/accountNumber`, detail: 'an account number belongs to another customer' }],
});
