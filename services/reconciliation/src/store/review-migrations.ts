import { collection, indexes, type Migration } from '@malipo/service-kit';

const DAY_S = 86_400;
/** What a run made of each payment; matches keep in their history what it decided. */
const OUTCOMES_KEPT_DAYS = 90;

/** What people's part of reconciliation keeps. */
export const reviewMigrations: readonly Migration[] = [
  {
    name: '010-review-and-runs',
    up: async (db) => {
      for (const name of ['reopened', 'rules_versions', 'review_settings', 'people', 'runs', 'run_outcomes', 'prompts'])
        await collection(db, name);
      await indexes(db, 'rules_versions', [{ key: { organisationId: 1, version: 1 }, name: 'versions' }]);
      await indexes(db, 'runs', [
        { key: { organisationId: 1 }, name: 'one-at-a-time', unique: true, partialFilterExpression: { active: true } },
      ]);
      await indexes(db, 'runs', [{ key: { organisationId: 1, createdAt: 1, _id: 1 }, name: 'runs' }]);
      await indexes(db, 'run_outcomes', [{ key: { runId: 1, done: 1, position: 1, _id: 1 }, name: 'outcomes' }]);
      await indexes(db, 'prompts', [{ key: { organisationId: 1, promptedAt: 1, _id: 1 }, name: 'waiting' }]);
      await indexes(db, 'prompts', [{ key: { settledAt: 1 }, name: 'expiry', expireAfterSeconds: 30 * DAY_S }]);
    },
  },
  {
    name: '011-runs-under-way',
    up: async (db) => {
      // asked for twice a second by every process, whose runs are kept for ever
      await indexes(db, 'runs', [
        { key: { active: 1, createdAt: 1 }, name: 'under-way', partialFilterExpression: { active: true } },
      ]);
    },
  },
  {
    name: '012-outcomes-end',
    up: async (db) => {
      // those of earlier versions end as if they had been noted today
      await db.collection('run_outcomes').updateMany({ at: { $exists: false } }, { $set: { at: new Date() } });
      const expireAfterSeconds = OUTCOMES_KEPT_DAYS * DAY_S;
      await indexes(db, 'run_outcomes', [{ key: { at: 1 }, name: 'expiry', expireAfterSeconds }]);
    },
  },
];
