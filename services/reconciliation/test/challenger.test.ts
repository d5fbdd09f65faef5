import { connectMongo, type Mongo, type UpdateFilter } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JudgementDoc, ModelDoc } from '../src/store/learning.ts';
import { paymentReceived } from './builders.ts';
import { confirmAll, FLAGGED, LEARNING, models, promote, receive, statuses } from './learning-world.ts';
import { debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
let mongo: Mongo;
beforeAll(async () => {
  world = await openWorld(undefined, LEARNING);
  mongo = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
});
afterAll(async () => {
  await mongo?.close();
  await world?.close();
});

/** An organisation with a challenger. */
async function challenged() {
  const organisationId = newId();
  const api = world.as(organisationId);
  const shipped = (await models(api)).data[0]?.version ?? '';
  await confirmAll(api, (await receive(world, organisationId, 22, FLAGGED)).ids);
  await eventually(async () => statuses(await models(api))).toContain('org-1 challenger');
  return { organisationId, api, shipped };
}

/** The same, as if an earlier version of us had written the model. */
async function earlier(change: UpdateFilter<ModelDoc>) {
  const one = await challenged();
  await mongo.db.collection<ModelDoc>('models').updateOne({ _id: `${one.organisationId}:org-1` }, change);
  return one;
}

/** More judgements than a test can wait for. */
async function judged(
  organisationId: string,
  count: number,
  more: Pick<JudgementDoc, 'outcome'> & Partial<JudgementDoc>,
) {
  const rows = Array.from(
    { length: count },
    (): JudgementDoc => ({
      _id: newId(),
      organisationId,
      at: new Date(),
      decidedSeq: 1,
      confidence: 0.9999,
      model: 'prior',
      proposal: 'c i 1',
      shadow: null,
      truth: null,
      verdict: null,
      verdictAt: null,
      isGone: false,
      ...more,
    }),
  );
  await mongo.db.collection<JudgementDoc>('judgements').insertMany(rows);
}

describe('a challenger', () => {
  it('is fitted where the engine applies nearly everything and people have little left to decide', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const { ids } = await receive(world, organisationId, 22, FLAGGED);
    await judged(organisationId, 4_990, { outcome: 'auto' });
    await confirmAll(api, ids);
    await eventually(async () => statuses(await models(api))).toContain('org-1 challenger');
    expect((await models(api)).data[1]?.training).toMatchObject({ payments: 5_000, byPeople: 10 });
  }, 90_000);

  it('is weighed by what was judged, however much waits to be', async () => {
    const { organisationId, api, shipped } = await challenged();
    await confirmAll(api, (await receive(world, organisationId, 2, FLAGGED)).ids);
    const live = async () => (await models(api)).data[1]?.live?.judged;
    await eventually(live).toBe(2);
    const shadow = { model: 'org-1', outcome: 'suggested' as const, confidence: 0.6, proposal: 'c i 1' };
    await judged(organisationId, 5_000, { outcome: 'suggested', model: shipped, shadow });
    expect(await live()).toBe(2);
  }, 90_000);

  it('does not count as applying money that people hold, which would have held it back as well', async () => {
    const { organisationId, api } = await challenged();
    const late = debtor(organisationId, 500_000);
    const payment = late.pays(500_000);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'unmatched');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await api.post(`/reconciliation/matches/${payment.paymentId}/hold`, { until, reason: 'they will call' });
    await world.owe(organisationId, late);
    await untilMatch(api, payment.paymentId, 'suggested');
    expect((await api.match(payment.paymentId)).guards).toEqual(['on_hold']);
    await confirmAll(api, [payment.paymentId]);
    await eventually(async () => (await models(api)).data[1]?.live).toMatchObject({
      judged: 1,
      champion: { automatic: 0 },
      challenger: { automatic: 0 },
      onlyChallenger: 0,
    });
  }, 90_000);
});

describe('a model in force', () => {
  it('goes when what it applied is taken back, also where that money had come before it took over', async () => {
    const { organisationId, api, shipped } = await challenged();
    const late = [debtor(organisationId, 500_000), debtor(organisationId, 500_000)];
    const payments = late.map((payer) => payer.pays(500_000));
    await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
    for (const { paymentId } of payments) await untilMatch(api, paymentId, 'unmatched');
    await eventually(() => mongo.db.collection<JudgementDoc>('judgements').countDocuments({ organisationId })).toBe(24);
    await promote(api, 'org-1');
    await world.owe(organisationId, ...late);
    for (const { paymentId } of payments) {
      await untilMatch(api, paymentId, 'auto');
      expect((await api.match(paymentId)).versions.model).toBe('org-1');
      await api.decide(paymentId, 'undo', { reason: 'not theirs' });
    }
    await eventually(async () => statuses(await models(api))).toEqual([`${shipped} champion`, 'org-1 retired']);
    expect((await models(api)).changes.find((change) => change.kind === 'rolled_back')?.why).toBe(
      '2 of its 2 automatic decisions were taken back',
    );
  }, 90_000);
});

describe('after an upgrade of the engine', () => {
  it('a challenger that was fitted for other features makes room for a new one', async () => {
    const { api, shipped } = await earlier({ $pop: { 'model.customer.names': 1, 'model.customer.weights': 1 } });
    await eventually(async () => statuses(await models(api))).toEqual([`${shipped} champion`, 'org-1 retired']);
    const [latest] = (await models(api)).changes;
    expect(latest).toMatchObject({ kind: 'withdrawn', from: 'org-1', why: 'it was fitted for an earlier engine' });
    expect((await promote(api, 'org-1')).body.code).toBe('model_outdated');
  }, 90_000);

  it('a model goes back to the shipped one of today, not to the one that was shipped when it was fitted', async () => {
    const { organisationId, api, shipped } = await earlier({ $set: { parent: 'prior-00000000' } });
    await promote(api, 'org-1');
    const { ids } = await receive(world, organisationId, 3);
    for (const id of ids.slice(0, 2)) await api.decide(id, 'undo', { reason: 'not theirs' });
    await eventually(async () => statuses(await models(api))).toEqual([`${shipped} champion`, 'org-1 retired']);
    const back = (await models(api)).changes.filter((change) => change.kind === 'rolled_back');
    expect(back).toMatchObject([{ from: 'org-1', to: shipped, why: expect.stringMatching('were taken back') }]);
  }, 90_000);
});
