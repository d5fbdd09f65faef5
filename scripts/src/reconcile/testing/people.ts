import type { Person } from '../read/customers.ts';

/** A person as a row tells of one: a name, and what the test is about. */
export const person = (name: string, rest: Partial<Person> = {}): Person => ({
  key: null,
  name,
  accounts: [],
  phones: [],
  contacts: [],
  isCompany: false,
  ...rest,
});
