import { collection, indexes, type Migration } from '@malipo/service-kit';
import { ACCOUNT_INDEX, renewTerms } from './customers.ts';
import { NUMBER_INDEX } from './invoices.ts';

const text = { bsonType: 'string' };
const optionalText = { bsonType: ['string', 'null'] };
const amount = { bsonType: 'number', minimum: 0 };
const version = { bsonType: 'number', minimum: 1 };
const date = { bsonType: 'date' };

const customer = {
  bsonType: 'object',
  required: ['organisationId', 'name', 'nameKey', 'accountNumbers', 'phones', 'search', 'version', 'createdAt'],
  properties: {
    _id: text,
    organisationId: text,
    name: text,
    accountNumbers: { bsonType: 'array', items: text },
    accountKeys: { bsonType: 'array', items: text, minItems: 1 },
    phone: optionalText,
    email: optionalText,
    locale: { enum: ['en', 'sw', null] },
    version,
    createdAt: date,
    updatedAt: date,
  },
};

const invoice = {
  bsonType: 'object',
  required: [
    'organisationId',
    'number',
    'numberKey',
    'customerId',
    'currency',
    'status',
    'dueDate',
    'totalCents',
    'appliedCents',
    'balanceCents',
    'allocations',
    'version',
    'createdAt',
  ],
  properties: {
    _id: text,
    organisationId: text,
    number: text,
    numberKey: text,
    customerId: text,
    currency: text,
    status: { enum: ['draft', 'issued', 'partially_paid', 'paid', 'void', 'written_off'] },
    dueDate: text,
    lines: { bsonType: 'array', minItems: 1 },
    totalCents: amount,
    appliedCents: amount,
    roundingCents: amount,
    balanceCents: amount,
    allocations: { bsonType: 'object' },
    version,
    createdAt: date,
    updatedAt: date,
  },
};

/**
 * Few indexes, and none with status or balance, since those change with every payment. The search list serves phone,
 * e-mail and name filters alike.
 */
export const migrations: readonly Migration[] = [
  {
    name: '001-customers',
    async up(db) {
      await collection(db, 'customers', customer);
      await indexes(db, 'customers', [
        { key: { organisationId: 1, createdAt: -1, _id: -1 }, name: 'newest' },
        {
          key: { organisationId: 1, accountKeys: 1 },
          name: ACCOUNT_INDEX,
          unique: true,
          partialFilterExpression: { accountKeys: { $exists: true } },
        },
        { key: { organisationId: 1, search: 1 }, name: 'search' },
      ]);
    },
  },
  {
    name: '002-invoices',
    async up(db) {
      await collection(db, 'invoices', invoice);
      await indexes(db, 'invoices', [
        { key: { organisationId: 1, createdAt: -1, _id: -1 }, name: 'newest' },
        { key: { organisationId: 1, customerId: 1, createdAt: -1, _id: -1 }, name: 'customer' },
        { key: { organisationId: 1, numberKey: 1 }, name: NUMBER_INDEX, unique: true },
        { key: { overdueCheckOn: 1 }, name: 'overdue_check', sparse: true },
      ]);
    },
  },
  { name: '003-counters', up: (db) => collection(db, 'counters') },
  // names lost their accents, and account numbers are found by each of their words
  { name: '004-plain-terms', up: renewTerms },
  // names are found from each of their parts on, account numbers from each word and run of digits
  { name: '005-endings', up: renewTerms },
];
