import { collection, dropIndexes, indexes, type Migration } from '@malipo/service-kit';
import { MEDIA, MODES, STATUSES } from '../domain/delivery.ts';
import { END, type Marks } from './marks.ts';

const REPORTS_KEPT_SECONDS = 7 * 24 * 3600;

/** Collections, schemas and indexes. */
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
          mode: { enum: [...MODES] },
          status: { enum: [...STATUSES] },
          queuedAt: { bsonType: 'date' },
          dueAt: { bsonType: 'date' },
        },
      });
      await indexes(db, 'deliveries', [
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
      await indexes(db, 'reports', [
        { key: { at: 1 }, name: 'expiry', expireAfterSeconds: REPORTS_KEPT_SECONDS },
        { key: { phone: 1, at: 1 }, name: 'by_phone' },
      ]);
    },
  },
  {
    name: '003-marks',
    up: async (db) => {
      const deliveries = db.collection('deliveries');
      await dropIndexes(db, 'deliveries', ['queue', 'unsettled', 'list_needing_care']);
      await deliveries.updateMany({ status: 'queued' }, [{ $set: { queuedFor: '$dueAt' } }]);
      await deliveries.updateMany({ status: { $in: ['claimed', 'unknown'] } }, [{ $set: { openSince: '$claimedAt' } }]);
      await deliveries.updateMany({ status: { $in: ['unknown', 'failed'] } }, [{ $set: { care: '$status' } }]);
      await indexes(db, 'deliveries', [
        { key: { medium: 1, mode: 1, queuedFor: 1 }, name: 'queued', partialFilterExpression: marked('queuedFor') },
        { key: { openSince: 1 }, name: 'open', partialFilterExpression: marked('openSince') },
        {
          key: { organisationId: 1, care: 1, queuedAt: -1, _id: -1 },
          name: 'care',
          partialFilterExpression: marked('care'),
        },
      ]);
    },
  },
  {
    name: '004-fewer-indexes',
    up: async (db) => {
      const deliveries = db.collection('deliveries');
      const [lane, end] = [{ $concat: ['$medium', ':', '$mode'] }, { $literal: END }];
      await deliveries.updateMany({ queuedFor: { $exists: true } }, [
        { $set: { waitsFor: lane, waitsSince: '$queuedFor' } },
        { $unset: 'queuedFor' },
      ]);
      await deliveries.updateMany({ openSince: { $exists: true } }, [
        { $set: { waitsFor: end, waitsSince: '$openSince' } },
        { $unset: 'openSince' },
      ]);
      await dropIndexes(db, 'deliveries', ['queued', 'open', 'list', 'list_by_customer']);
      await indexes(db, 'deliveries', [
        { key: { waitsFor: 1, waitsSince: 1 }, name: 'waiting', partialFilterExpression: marked('waitsFor') },
        // the customer at its end serves the list of one customer's, too, without a look at the others' rows
        { key: { organisationId: 1, queuedAt: -1, _id: -1, customerId: 1 }, name: 'list' },
      ]);
    },
  },
];

const marked = (mark: keyof Marks | 'queuedFor' | 'openSince') => ({ [mark]: { $exists: true } });
