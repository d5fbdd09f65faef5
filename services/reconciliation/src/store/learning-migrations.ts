import { collection, indexes, type Migration } from '@malipo/service-kit';

export const learningMigrations: readonly Migration[] = [
  {
    name: '020-learning',
    up: async (db) => {
      await collection(db, 'judgements', { required: ['organisationId', 'at', 'outcome', 'decidedSeq'] });
      await collection(db, 'learners');
      await collection(db, 'models', { required: ['organisationId', 'version', 'model', 'createdAt'] });
      await collection(db, 'model_changes', { required: ['organisationId', 'kind', 'who', 'at'] });
      await indexes(db, 'judgements', [{ key: { organisationId: 1, at: 1 }, name: 'period' }]);
      await indexes(db, 'judgements', [
        {
          key: { organisationId: 1, verdictAt: 1 },
          name: 'judged',
          partialFilterExpression: { verdictAt: { $gt: new Date(0) } },
        },
      ]);
      await indexes(db, 'models', [{ key: { organisationId: 1, createdAt: 1 }, name: 'listed' }]);
      await indexes(db, 'model_changes', [{ key: { organisationId: 1, _id: 1 }, name: 'listed' }]);
    },
  },
  {
    name: '021-taken-later',
    up: (db) =>
      indexes(db, 'judgements', [
        {
          key: { organisationId: 1, takenAt: 1 },
          name: 'taken-later',
          partialFilterExpression: { takenAt: { $gt: new Date(0) } },
        },
      ]),
  },
];
