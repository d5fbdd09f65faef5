import type { Quality } from '@malipo/api-contracts';
import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JudgementDoc } from '../src/store/learning.ts';
import { invoiceIssued, invoiceVoided, paymentReceived } from './builders.ts';
import { confirmAll, FLAGGED, LEARNING, receive } from './learning-world.ts';
import { type Client, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';
import { toldTwice } from './told-twice.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, LEARNING);
});
afterAll(() => world?.close());

const total = async (api: Client) => (await api.get<Quality>('/reconciliation/quality')).body.total;

describe('what people said is counted', () => {
  it('without a correction that they took back: nobody refused what was suggested', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [paymentId = '', confirmed = ''] = (await receive(world, organisationId, 2, FLAGGED)).ids;
    const other = debtor(organisationId, 500_000);
    await world.owe(organisationId, other);
    const { invoiceId } = other.invoice;
    expect(
      (await api.decide(paymentId, 'confirm', { allocations: [{ invoiceId, amountCents: 500_000 }] })).status,
    ).toBe(200);
    await eventually(async () => (await total(api)).corrected).toBe(1);
    expect((await api.decide(paymentId, 'undo', { reason: 'not theirs either' })).status).toBe(200);
    await confirmAll(api, [confirmed]);
    await eventually(() => total(api)).toMatchObject({ confirmed: 1, corrected: 0, rejected: 0, overturned: 0 });
  });

  it('and a message that tells again of known money is no payment', async () => {
    const { organisationId, api } = await toldTwice(world);
    const { ids } = await receive(world, organisationId, 1);
    expect(ids).toHaveLength(1);
    await eventually(() => total(api)).toMatchObject({ payments: 2, automatic: 2, unmatched: 0, automaticRate: 1 });
  });

  it('and what was applied to money that had waited stands once nobody objected to that', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const { ids } = await receive(world, organisationId, 2);
    const mongo = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}reconciliation`);
    const judgements = mongo.db.collection<JudgementDoc>('judgements');
    await eventually(async () => (await total(api)).stood).toBe(2);
    // as if time ran ahead for the first of them
    await judgements.updateOne({ _id: ids[0] ?? '' }, { $set: { takenAt: new Date(Date.now() + 3_600_000) } });
    await mongo.close();
    expect(await total(api)).toMatchObject({ payments: 2, automatic: 2, stood: 1 });
  });

  it('and an automatic decision counts as right where its invoice was void and the money pays one issued in its place', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const another = (number: string) => {
      const invoice = { ...payer.invoice, invoiceId: newId(), number };
      return { invoice, events: [invoiceIssued(organisationId, invoice)] };
    };
    const [older, twin, newer] = ['OLDER-77', 'TWIN-88', 'NEWER-99'].map(another) as [Other, Other, Other];
    await world.owe(organisationId, payer, older, twin);
    const first = payer.pays(500_000);
    const second = { ...payer.pays(500_000), reference: twin.invoice.number };
    for (const payment of [first, second]) {
      await world.publish(paymentReceived(organisationId, payment));
      await untilMatch(api, payment.paymentId, 'auto');
    }
    for (const { paymentId } of [first, second])
      expect((await api.decide(paymentId, 'undo', { reason: 'to void it' })).status).toBe(200);
    await eventually(async () => (await total(api)).overturned).toBe(2);
    const voided = [payer.invoice, twin.invoice].map((invoice) => invoiceVoided(organisationId, invoice, 2));
    await world.publish(...voided);
    await world.owe(organisationId, newer);
    // the older was there to be seen; the newer was not
    for (const [payment, { invoice }] of [[second, older] as const, [first, newer] as const]) {
      const allocations = [{ invoiceId: invoice.invoiceId, amountCents: 500_000 }];
      expect(
        (await api.decide(payment.paymentId, 'confirm', { customerId: payer.customerId, allocations })).status,
      ).toBe(200);
    }
    await eventually(async () => (await total(api)).overturned).toBe(1);
  });
});

type Other = Pick<ReturnType<typeof debtor>, 'events' | 'invoice'>;
