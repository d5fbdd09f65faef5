import { collection, type Migration } from '@malipo/service-kit';
import { MEDIA, STATUSES } from '../domain/delivery.ts';

const REPORTS_KEPT_SECONDS = 7 * 24 * 3600;

/**
 * Collections, schemas and indexes. A delivery changes its status four times, so that no index over all of them holds the
 * status: common ones are found by time, rare ones have an index of their own.
 */
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
        {
          key: { medium: 1, mode: 1, dueAt: 1 },
          name: 'queue',
          partialFilterExpression: { status: 'queued' },
        },
        {
          key: { claimedAt: 1 },
          name: 'unsettled',
          partialFilterExpression: { status: { $in: ['claimed', 'unknown'] } },
        },
        {
          key: { providerIds: 1 },
          name: 'provider_ids',
          partialFilterExpression: { 'providerIds.0': { $exists: true } },
        },
        { key: { organisationId: 1, queuedAt: -1, _id: -1 }, name: 'list' },
        {
          key: { organisationId: 1, status: 1, queuedAt: -1, _id: -1 },
          name: 'list_needing_care',
          partialFilterExpression: { status: { $in: ['unknown', 'failed'] } },
        },
        { key: { organisationId: 1, customerId: 1, queuedAt: -1, _id: -1 }, name: 'list_by_customer' },
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
