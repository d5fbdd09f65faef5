import { type Cause, ConflictError, NotFoundError, type Tx, untilWon, type VersionCheck } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Customer, type CustomerInput, changeCustomer, newCustomer } from '../domain/customer.ts';
import { keyOf } from '../domain/keys.ts';
import { customerSaved } from '../events/outgoing.ts';
import { isAccountTaken } from '../store/customers.ts';

/** @throws {ConflictError} account_number_taken, naming the field */
export async function createCustomer(
  deps: Deps,
  organisationId: string,
  input: CustomerInput & { name: string },
  cause?: Cause,
): Promise<Customer> {
  const customer = newCustomer(input, deps.newId(), organisationId, deps.now());
  await announce(deps, customer, input, cause, (tx) => deps.customers.insertMany([customer], tx));
  return customer;
}

/**
 * @param check throws when the version that was read is not the one that the caller means
 * @throws {NotFoundError} customer_not_found
 * @throws {ConflictError} account_number_taken, naming the field
 */
export const saveCustomer = (
  deps: Deps,
  { organisationId, id }: { organisationId: string; id: string },
  input: CustomerInput,
  check: VersionCheck,
  cause?: Cause,
): Promise<Customer> =>
  untilWon(async () => {
    const before = await deps.customers.load(organisationId, id);
    if (!before) throw new NotFoundError('customer_not_found', `there is no customer ${id}`);
    check(before.version);
    const customer = changeCustomer(before, input, deps.now());
    if (!customer) return before;
    await announce(deps, customer, input, cause, (tx) => deps.customers.save(before, customer, tx));
    return customer;
  });

/** Writes a customer and tells of it. */
async function announce(
  deps: Deps,
  customer: Customer,
  input: CustomerInput,
  cause: Cause | undefined,
  write: (tx: Tx) => Promise<void>,
): Promise<void> {
  try {
    await deps.relay.commit(async (tx) => {
      await write(tx);
      tx.tell(customerSaved(customer, cause));
    });
  } catch (error) {
    throw isAccountTaken(error) ? await accountTaken(deps, customer, input) : error;
  }
  deps.log.info({ customerId: customer.id, version: customer.version }, 'customer saved');
}

async function accountTaken(deps: Deps, customer: Customer, input: CustomerInput) {
  const keys = customer.accountNumbers.map(keyOf);
  return accountsTaken(input, await deps.customers.takenKeys(customer.organisationId, keys, customer.id));
}

/** What a person stated of these account keys, which others hold. */
export function accountsTaken(input: CustomerInput, taken: ReadonlySet<string>) {
  const detail = 'belongs to another customer';
  const main = input.accountNumber && taken.has(keyOf(input.accountNumber));
  const others = (input.accountNumbers ?? []).flatMap((account, index) =>
    taken.has(keyOf(account)) ? [{ pointer: `#/accountNumbers/${index}`, detail }] : [],
  );
  const fields = [...(main ? [{ pointer: '#/accountNumber', detail }] : []), ...others];
  return new ConflictError('account_number_taken', 'an account number belongs to another customer', { fields });
}
