import { type Db, findByIds, keepNewest } from '@malipo/service-kit';
import type { Customer, Organisation } from '../domain/addressing.ts';

type OrganisationRow = { _id: string; version: number; name: string; locale: Organisation['locale'] };
type CustomerRow = Omit<Customer, 'id'> & { _id: string; version: number; organisationId: string };

/** What other services told about organisations and customers: names, numbers, languages. */
export function createDirectory(db: Db) {
  const organisations = db.collection<OrganisationRow>('organisations');
  const customers = db.collection<CustomerRow>('customers');
  return {
    saveOrganisations: (rows: readonly OrganisationRow[]) => keepNewest(organisations, rows),
    saveCustomers: (rows: readonly CustomerRow[]) => keepNewest(customers, rows),
    organisations: async (ids: readonly string[]): Promise<Map<string, Organisation>> => {
      const rows = await findByIds(organisations, ids);
      return new Map(rows.map(({ _id, name, locale }) => [_id, { id: _id, name, locale }]));
    },
    /** Keyed by organisation and customer, so that a foreign id finds nobody. */
    customers: async (ids: readonly string[]): Promise<CustomerLookup> => {
      const rows = await findByIds(customers, ids);
      const byKey = new Map(rows.map((row) => [`${row.organisationId}:${row._id}`, toCustomer(row)]));
      return (organisationId, customerId) => byKey.get(`${organisationId}:${customerId}`);
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;
export type CustomerLookup = (organisationId: string, customerId: string | null) => Customer | undefined;

const toCustomer = ({ _id, phone, phones, email, locale }: CustomerRow): Customer => ({
  id: _id,
  phone,
  phones,
  email,
  locale,
});
