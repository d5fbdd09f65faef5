import { collection, dropIndexes, indexes, type Migration } from '@malipo/service-kit';
import type { PaymentStatus } from '../domain/payment.ts';
import { CHANNEL_CHANGES } from './channel-changes.ts';
import { ANY_CASE, REQUESTS } from './payment-requests.ts';
import { PAYMENTS } from './payments.ts';

const text = { bsonType: 'string' } as const;
const date = { bsonType: 'date' } as const;
const cents = { bsonType: ['int', 'long', 'double'], minimum: 1, multipleOf: 1 } as const;

export const migrations: readonly Migration[] = [
  {
    name: '001-payment-channels',
    up: async (db) => {
      await collection(db, 'payment_channels', {
        bsonType: 'object',
        required: ['organisationId', 'shortcode', 'mode', 'secrets', 'version'],
        properties: { organisationId: text, shortcode: text, mode: { enum: ['test', 'live'] } },
      });
      await indexes(db, 'payment_channels', [
        // money of a live short code belongs to one organisation, whoever registers second
        { key: { rail: 1, shortcode: 1 }, name: 'live', unique: true, partialFilterExpression: { mode: 'live' } },
        { key: { organisationId: 1, rail: 1, mode: 1, shortcode: 1 }, name: 'once', unique: true },
        { key: { organisationId: 1, createdAt: -1, _id: -1 }, name: 'list' },
        { key: { 'pull.leaseUntil': 1 }, name: 'pull', partialFilterExpression: { 'pull.enabled': true } },
      ]);
    },
  },
  {
    name: '002-payments',
    up: async (db) => {
      await collection(db, PAYMENTS, {
        bsonType: 'object',
        required: ['organisationId', 'mode', 'receipt', 'amountCents', 'version', 'evidence', 'receivedAt'],
        properties: { organisationId: text, receipt: text, amountCents: cents, receivedAt: date },
      });
      await indexes(db, PAYMENTS, [
        { key: { organisationId: 1, receivedAt: -1, _id: -1 }, name: 'list' },
        { key: { organisationId: 1, status: 1, receivedAt: -1, _id: -1 }, name: 'status' },
        {
          key: { organisationId: 1, customerId: 1, receivedAt: -1, _id: -1 },
          name: 'customer',
          partialFilterExpression: { customerId: { $type: 'string' } },
        },
        { key: { requestId: 1 }, name: 'request', partialFilterExpression: { requestId: { $type: 'string' } } },
      ]);
    },
  },
  {
    name: '003-payment-requests',
    up: async (db) => {
      await collection(db, REQUESTS, {
        bsonType: 'object',
        required: ['organisationId', 'channelId', 'mode', 'status', 'amountCents', 'phone', 'version'],
        properties: { organisationId: text, phone: text, amountCents: cents, createdAt: date },
      });
      await indexes(db, REQUESTS, [
        {
          key: { organisationId: 1, purpose: 1, phone: 1 },
          name: 'one_open',
          unique: true,
          partialFilterExpression: { open: true },
        },
        {
          key: { channelId: 1, accountReference: 1 },
          name: 'expecting',
          partialFilterExpression: { expects: true },
        },
        {
          key: { checkoutRequestId: 1 },
          name: 'checkout',
          partialFilterExpression: { checkoutRequestId: { $type: 'string' } },
        },
        { key: { nextQueryAt: 1 }, name: 'due', partialFilterExpression: { open: true } },
        { key: { organisationId: 1, createdAt: -1, _id: -1 }, name: 'list' },
        { key: { organisationId: 1, invoiceId: 1, createdAt: -1, _id: -1 }, name: 'invoice' },
      ]);
    },
  },
  {
    name: '004-unreadable-callbacks',
    up: async (db) => {
      await indexes(db, 'unreadable_callbacks', [
        { key: { organisationId: 1, channelId: 1, firstAt: -1, _id: -1 }, name: 'list' },
      ]);
    },
  },
  {
    name: '005-known-invoices',
    up: async (db) => {
      await indexes(db, 'known_invoices', [{ key: { organisationId: 1, keys: 1 }, name: 'keys' }]);
      await indexes(db, 'known_customers', [{ key: { organisationId: 1, keys: 1 }, name: 'keys' }]);
    },
  },
  {
    name: '006-status-of-few',
    up: async (db) => {
      // nearly all payments end up allocated, and the list of all serves those: only what is not is worth an index
      await dropIndexes(db, PAYMENTS, ['status']);
      await indexes(db, PAYMENTS, [
        {
          key: { organisationId: 1, status: 1, receivedAt: -1, _id: -1 },
          name: 'not_allocated',
          partialFilterExpression: { status: { $in: NOT_ALLOCATED } },
        },
      ]);
    },
  },
  {
    name: '007-doubtful-payments',
    up: async (db) => {
      await indexes(db, PAYMENTS, [
        {
          key: { organisationId: 1, flags: 1, receivedAt: -1, _id: -1 },
          name: 'flagged',
          partialFilterExpression: { 'flags.0': { $exists: true } },
        },
      ]);
    },
  },
  {
    name: '008-awaited-money',
    up: async (db) => {
      await indexes(db, REQUESTS, [
        {
          key: { channelId: 1, amountCents: 1, settledAt: 1, accountReference: 1 },
          name: 'awaited',
          partialFilterExpression: { expects: true },
        },
        { key: { channelId: 1, accountReference: 1, createdAt: -1 }, name: 'reference', collation: ANY_CASE },
      ]);
      await dropIndexes(db, REQUESTS, ['expecting']); // what it served looks by amount and time now
    },
  },
  {
    name: '009-projection-readers',
    up: async (db) => {
      // by then the group has given the partitions of a process that died to others
      await indexes(db, 'projection_readers', [{ key: { at: 1 }, name: 'expiry', expireAfterSeconds: 60 }]);
    },
  },
  {
    name: '010-channel-changes',
    up: async (db) => {
      await indexes(db, CHANNEL_CHANGES, [{ key: { organisationId: 1, channelId: 1, at: -1, _id: -1 }, name: 'list' }]);
    },
  },
  {
    name: '011-indexes-that-are-used',
    up: async (db) => {
      // MongoDB never takes an index over rows "of type string" to answer a search for one text: it read all of them
      await indexes(db, PAYMENTS, [
        { key: { organisationId: 1, customerId: 1, receivedAt: -1, _id: -1 }, ...textsOf('customerId') },
        { key: { requestId: 1 }, ...textsOf('requestId') },
      ]);
      await indexes(db, REQUESTS, [{ key: { checkoutRequestId: 1 }, ...textsOf('checkoutRequestId') }]);
      await dropIndexes(db, PAYMENTS, ['customer', 'request']);
      await dropIndexes(db, REQUESTS, ['checkout']);
    },
  },
  {
    name: '012-prompts-of-a-customer',
    up: async (db) => {
      await indexes(db, REQUESTS, [
        { key: { organisationId: 1, customerId: 1, createdAt: -1, _id: -1 }, ...textsOf('customerId') },
      ]);
    },
  },
  {
    name: '013-prompts-to-look-at',
    up: async (db) => {
      await indexes(db, REQUESTS, [
        { key: { lookAt: 1 }, name: 'look', partialFilterExpression: { lookAt: { $exists: true } } },
      ]);
    },
  },
];

/** Leaves out rows without a text in the field. */
function textsOf(field: string) {
  return { name: `by_${field}`, partialFilterExpression: { [field]: { $gt: '' } } };
}

const NOT_ALLOCATED: PaymentStatus[] = ['received', 'partly_allocated', 'unallocated', 'reversed', 'refunded'];
