import { collection, indexes, type Migration } from '@malipo/service-kit';

const cents = { bsonType: ['int', 'long', 'double'] };
const notNegative = { ...cents, minimum: 0 };

export const migrations: readonly Migration[] = [
  {
    name: '001-reconciliation',
    up: async (db) => {
      await collection(db, 'organisations', {
        required: ['seq', 'mode'],
        properties: { seq: notNegative, mode: { enum: ['test', 'live'] } },
      });
      await collection(db, 'facts');
      await collection(db, 'customers');
      await collection(db, 'requests');
      await collection(db, 'reversals');
      await collection(db, 'receivables', {
        required: ['organisationId', 'totalCents', 'balanceCents', 'status', 'version'],
        properties: {
          balanceCents: notNegative,
          appliedCents: notNegative,
          roundingCents: notNegative,
          status: { enum: ['open', 'settled', 'void'] },
        },
      });
      await collection(db, 'matches', {
        required: ['organisationId', 'mode', 'status', 'version'],
        properties: {
          status: { enum: ['auto', 'suggested', 'unmatched', 'confirmed', 'rejected', 'undone'] },
          creditCents: notNegative,
          unappliedCents: notNegative,
        },
      });
      await collection(db, 'ledger_entries', {
        required: ['organisationId', 'mode', 'currency', 'legs', 'position'],
        properties: { legs: { bsonType: 'array', minItems: 2 } },
      });
    },
  },
  {
    name: '002-indexes',
    up: async (db) => {
      await indexes(db, 'receivables', [
        { key: { organisationId: 1, customerId: 1 }, name: 'open', partialFilterExpression: { status: 'open' } },
      ]);
      await indexes(db, 'matches', [
        {
          key: { organisationId: 1, mode: 1, queuedAt: 1, _id: 1 },
          name: 'queue',
          partialFilterExpression: { open: true },
        },
      ]);
      await indexes(db, 'ledger_entries', [{ key: { organisationId: 1, position: 1, _id: 1 }, name: 'journal' }]);
    },
  },
  {
    name: '003-credits',
    up: async (db) => {
      await indexes(db, 'matches', [
        {
          key: { organisationId: 1, customerId: 1, queuedAt: 1 },
          name: 'credits',
          partialFilterExpression: { creditCents: { $gt: 0 } },
        },
      ]);
    },
  },
];
