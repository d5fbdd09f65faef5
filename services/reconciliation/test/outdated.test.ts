import type { ImaginedDecision } from '@malipo/api-contracts';
import { evaluate, type Model, PRIOR } from '@malipo/matching';
import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrganisationDoc } from '../src/store/collections.ts';
import type { ModelDoc } from '../src/store/learning.ts';
import { models, receive, statuses } from './learning-world.ts';
import { openWorld, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** As an earlier version of us left it: a model in force that was fitted for another engine. */
async function outdated(organisationId: string, model: Partial<Model>): Promise<void> {
  const mongo = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
  const evaluation = evaluate([], PRIOR.threshold);
  const at = new Date();
  await mongo.db.collection<ModelDoc>('models').insertOne({
    _id: `${organisationId}:org-1`,
    organisationId,
    version: 'org-1',
    parent: 'prior-00000000',
    createdAt: at,
    model: { ...PRIOR, version: 'org-1', ...model },
    training: { payments: 0, byPeople: 0, from: at, until: at },
    evaluation,
    shipped: evaluation,
    champion: null,
  });
  const learning = { champion: 'org-1', challenger: null, since: at, caution: 0 };
  await mongo.db
    .collection<OrganisationDoc>('organisations')
    .updateOne({ _id: organisationId }, { $set: { learning } });
  await mongo.close();
}

it.each<[string, Partial<Model>]>([
  ['of other features', { customer: { names: ['one'], weights: [1] } }],
  ['that does not say for which engine', { engine: undefined }],
])('a model %s is nowhere named as the one in force, before anybody has taken it back', async (_what, model) => {
  const organisationId = newId();
  const api = world.as(organisationId);
  await receive(world, organisationId, 1);
  await outdated(organisationId, model);
  const imagined = await api.post<ImaginedDecision>('/reconciliation/match-payment', { amountCents: 100 });
  expect(imagined.body.versions.model).toBe(PRIOR.version);
  expect((await api.status()).versions.model).toBe(PRIOR.version);
  expect(statuses(await models(api))).toEqual([`${PRIOR.version} champion`, 'org-1 retired']);
});
