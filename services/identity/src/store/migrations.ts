import { collection, indexes, type Migration } from '@malipo/service-kit';

const id = { bsonType: 'string' };

export const migrations: readonly Migration[] = [
  {
    name: '001-identity',
    up: async (db) => {
      await collection(db, 'organisations', {
        bsonType: 'object',
        required: ['_id', 'name', 'locale', 'version', 'createdAt', 'updatedAt'],
        properties: { _id: id, name: { bsonType: 'string' }, locale: { enum: ['en', 'sw'] } },
      });
      await collection(db, 'users', {
        bsonType: 'object',
        required: ['_id', 'organisationId', 'email', 'role', 'status', 'version', 'createdAt'],
        properties: {
          _id: id,
          organisationId: id,
          email: { bsonType: 'string' },
          role: { enum: ['owner', 'admin', 'bookkeeper', 'viewer'] },
          status: { enum: ['active', 'invited', 'deactivated'] },
        },
      });
      await indexes(db, 'users', [
        { key: { email: 1 }, name: 'email', unique: true },
        { key: { organisationId: 1, createdAt: -1, _id: -1 }, name: 'list' },
        { key: { 'invite.hash': 1 }, name: 'invite', sparse: true },
      ]);
      await collection(db, 'sessions', {
        bsonType: 'object',
        required: ['_id', 'organisationId', 'userId', 'tokenHash', 'expiresAt'],
        properties: { _id: id, organisationId: id, userId: id, tokenHash: id, expiresAt: { bsonType: 'date' } },
      });
      await indexes(db, 'sessions', [
        { key: { userId: 1 }, name: 'user' },
        { key: { expiresAt: 1 }, name: 'expiry', expireAfterSeconds: 0 },
      ]);
    },
  },
  {
    name: '002-senders',
    up: async (db) => {
      await collection(db, 'senders', {
        bsonType: 'object',
        required: ['_id', 'userId', 'signedInAt'],
        properties: { _id: id, userId: id, signedInAt: { bsonType: 'date' } },
      });
      await indexes(db, 'senders', [{ key: { signedInAt: 1 }, name: 'expiry', expireAfterSeconds: 365 * 86_400 }]);
    },
  },
];
