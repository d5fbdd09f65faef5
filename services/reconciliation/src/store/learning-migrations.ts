import { collection, type Migration } from '@malipo/service-kit';

export const learningMigrations: readonly Migration[] = [
  {
    name: '020-learning',
    up: async (db) => {
      await collection(db, 'judgements', { required: ['organisationId', 'at', 'outcome', 'decidedSeq'] });
      await collection(db, 'learners');
      await collection(db, 'models', { required: ['organisationId', 'version', 'model', 'createdAt'] });
      await collection(db, 'model_changes', { required: ['organisationId', 'kind', 'who', 'at'] });
      await db.collection('judgements').createIndex({ organisationId: 1, at: 1 }, { name: 'period' });
      await db
        .collection('judgements')
        .createIndex(
          { organisationId: 1, verdictAt: 1 },
          { name: 'judged', partialFilterExpression: { verdictAt: { $gt: new Date(0) } } },
        );
      await db.collection('models').createIndex({ organisationId: 1, createdAt: 1 }, { name: 'listed' });
      await db.collection('model_changes').createIndex({ organisationId: 1, _id: 1 }, { name: 'listed' });
    },
  },
];
