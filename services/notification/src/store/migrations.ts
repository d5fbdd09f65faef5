import { collection, type Migration, outboxIndex } from '@malipo/service-kit';
import { MEDIA, STATUSES } from '../domain/delivery.ts';

const REPORTS_KEPT_SECONDS = 7 * 24 * 3600;

/** Collections, schemas and indexes; the queue's indexes hold only what is waiting. */
export const migrations: readonly Migration[] = [
  {
    name: '001-deliveries',
    up: async (db) => {
      await collection(db, 'deliveries', {
        bsonType: 'object',
        required: ['_id', 'organisationId', 'version', 'medium', 'mode', 'paymentId', 'status', 'dueAt', 'queuedAt'],
        properties: {
          _id: { bsonType: 'string' },
          version: { bsonType: 'number', minimum: 1 },
          medium: { enum: [...MEDIA] },
          mode: { enum: ['test', 'live'] },
          status: { enum: [...STATUSES] },
          queuedAt: { bsonType: 'date' },
          dueAt: { bsonType: 'date' },
        },
      });
      await db.collection('deliveries').createIndexes([
        outboxIndex,
        {
          key: { medium: 1, mode: 1, dueAt: 1 },
          name: 'queue',
          partialFilterExpression: { status: 'queued' },
        },
        { key: { claimedAt: 1 }, name: 'claims', partialFilterExpression: { status: 'claimed' } },
        {
          key: { to: 1, status: 1 },
          name: 'unsettled',
          partialFilterExpression: { status: { $in: ['claimed', 'unknown'] } },
        },
        {
          key: { providerIds: 1 },
          name: 'provider_ids',
          partialFilterExpression: { 'providerIds.0': { $exists: true } },
        },
        { key: { organisationId: 1, queuedAt: -1, _id: -1 }, name: 'list' },
        { key: { organisationId: 1, status: 1, queuedAt: -1, _id: -1 }, name: 'list_by_status' },
        { key: { organisationId: 1, customerId: 1, queuedAt: -1, _id: -1 }, name: 'list_by_customer' },
        { key: { organisationId: 1, paymentId: 1, queuedAt: -1, _id: -1 }, name: 'list_by_payment' },
      ]);
    },
  },
  {
    name: '002-reports',
    up: async (db) => {
      await collection(db, 'reports');
      await db.collection('reports').createIndexes([
        { key: { at: 1 }, name: 'expiry', expireAfterSeconds: REPORTS_KEPT_SECONDS },
        { key: { phone: 1, at: 1 }, name: 'by_phone' },
      ]);
    },
  },
];
