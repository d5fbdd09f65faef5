import { connectMongo } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { expect, it, onTestFinished } from 'vitest';
import { newPhone, openPrompting } from './prompting.ts';

type Read = { ns: string; planSummary?: string; docsExamined?: number; command: Record<string, unknown> };

it('prompts and payments are looked up by indexes: what is read does not grow with what is kept', async () => {
  const prompting = await openPrompting();
  onTestFinished(() => prompting.close());
  const name = `${prompting.world.slice.dbPrefix}payment`;
  const { db, close } = connectMongo(prompting.world.slice.mongoUrl, name);
  onTestFinished(close);
  await db.command({ profile: 2, filter: { ns: { $in: [`${name}.payments`, `${name}.payment_requests`] } } });

  const { shop, ask, settled } = await prompting.open();
  const told = await ask(newPhone());
  await settled(told.body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  const silent = newPhone();
  await prompting.sandbox.next(silent, { stk: 'approve', callback: 'lost', c2b: 'none' });
  const asked = await ask(silent);
  await settled(asked.body.id).toMatchObject({ status: 'succeeded', paymentId: null });
  const customerId = newId();
  expect((await shop.call('GET', `/api/v1/payments?customerId=${customerId}`)).body).toMatchObject({ data: [] });

  const reads = await db.collection<Read>('system.profile').find().toArray();
  const byCustomer = reads.filter(({ command }) => JSON.stringify(command).includes(customerId));
  expect(byCustomer.map(({ docsExamined }) => docsExamined)).toEqual([0]);
  expect(reads.filter(({ planSummary }) => planSummary === 'COLLSCAN').map(({ command }) => command)).toEqual([]);
});
