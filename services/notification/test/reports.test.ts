import { collectTopic } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allocated, customer, eventually, listed, messageOf, openWorld, report, type World } from './world.ts';

let world: World;
let phone = '';
let next = 1;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.provider.behave('takes');
  phone = `25472200${String(next++).padStart(4, '0')}`;
});

const viewOf = (paymentId: string) => messageOf(world, paymentId);
const statusOf = async (paymentId: string) => (await viewOf(paymentId))?.status;

/** A payment whose receipt came to `status`; answers its id and the provider's. */
async function receipt(status: string, to = phone) {
  const { customerId, event } = customer(world.organisationId, { phone: to });
  const payment = allocated(world.organisationId, { customerId, receipt: `U${newId().slice(-9)}` });
  await world.publisher.publish(event, payment.event);
  await eventually(() => statusOf(payment.paymentId)).toBe(status);
  const id = world.provider.sms().findLast((one) => one.to === `+${to}`)?.id ?? '';
  return { ...payment, providerId: id };
}

describe('a delivery report', () => {
  it('without the secret finds nothing there', async () => {
    const { paymentId, providerId } = await receipt('sent');
    const answer = await report(world, { id: providerId, status: 'Success', phoneNumber: `+${phone}` }, 'f'.repeat(32));
    expect(answer.statusCode).toBe(404);
    expect(await statusOf(paymentId)).toBe('sent');
  });

  it('moves a message forward only, whatever repeats or overtakes', async () => {
    const { paymentId, providerId } = await receipt('sent');
    for (const status of ['Buffered', 'Success', 'Failed', 'Sent', 'Success']) {
      const answer = await report(world, { id: providerId, status, phoneNumber: `+${phone}` });
      expect(answer.statusCode).toBe(200);
    }
    expect(await statusOf(paymentId)).toBe('delivered');
  });

  it('counts whatever words it brings', async () => {
    const { paymentId, providerId } = await receipt('sent');
    for (const status of ['constructor', '__proto__', 'x'.repeat(61)])
      expect((await report(world, { id: providerId, status })).statusCode).toBe(200);
    expect(await statusOf(paymentId)).toBe('sent');
    const failureReason = `Rejected by the operator ${'because of this and that, '.repeat(9)}`;
    await report(world, { id: providerId, status: 'Failed', phoneNumber: '+'.repeat(41), failureReason });
    expect(await viewOf(paymentId)).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^rejected_by_/) });
  });

  it('announces the end once', async () => {
    const topic = await collectTopic(world.slice, 'notification.events');
    const { paymentId, providerId } = await receipt('sent');
    const failed = { id: providerId, status: 'Failed', phoneNumber: `+${phone}`, failureReason: 'UserInBlackList' };
    await Promise.all([report(world, failed), report(world, failed), report(world, failed)]);
    const about = (type: string) =>
      topic.of(type).filter((event) => (event.data as { paymentId: string }).paymentId === paymentId);
    await eventually(() => about('message.failed')).toMatchObject([{ data: { reason: 'userinblacklist' } }]);
    await eventually(() => about('message.sent')).toHaveLength(1);
    expect(await viewOf(paymentId)).toMatchObject({ status: 'failed', reason: 'userinblacklist' });
    await topic.close();
  });

  it('settles a message of unknown fate, when it is the only open one to that number', async () => {
    world.provider.behave('loses_answer');
    const { paymentId } = await receipt('unknown');
    await report(world, { id: 'ATXid_strange', status: 'Success', phoneNumber: `+${phone}` });
    expect(await statusOf(paymentId)).toBe('delivered');
    await report(world, { id: 'ATXid_strange', status: 'Failed', phoneNumber: `+${phone}` });
    expect(await statusOf(paymentId)).toBe('delivered');
  });

  it('leaves two of unknown fate to a person', async () => {
    world.provider.behave('loses_answer');
    const one = await receipt('unknown');
    const two = await receipt('unknown');
    await report(world, { id: 'ATXid_which', status: 'Success', phoneNumber: `+${phone}` });
    expect([await statusOf(one.paymentId), await statusOf(two.paymentId)]).toEqual(['unknown', 'unknown']);
  });

  it('that overtakes our own note is applied once the note is there', async () => {
    world.provider.behave('holds');
    const { customerId, event } = customer(world.organisationId, { phone });
    const payment = allocated(world.organisationId, { customerId });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('claimed');
    await report(world, { id: 'ATXid_early', status: 'Success', phoneNumber: `+${phone}` });
    expect(await statusOf(payment.paymentId)).toBe('claimed');
    world.provider.letGo(); // the answer is lost for good: the report that came before must settle it
    await eventually(() => statusOf(payment.paymentId)).toBe('delivered');
  });

  it('that cannot be read changes nothing', async () => {
    const answers = await Promise.all([
      report(world, {}),
      report(world, { id: 'None', status: 'Success', phoneNumber: `+${phone}` }),
      world.service.app.inject({ method: 'POST', url: '/callbacks/sms/x/delivery', payload: { id: { $gt: '' } } }),
    ]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 404]);
  });
});

describe('a person', () => {
  const act = async (id: string, what: 'resolve' | 'resend', body?: object, roles = ['bookkeeper']) =>
    world.service.app.inject({
      method: 'POST',
      url: `/api/v1/notifications/${id}/${what}`,
      headers: { authorization: `Bearer ${await world.token(roles)}` },
      ...(body && { payload: body }),
    });

  it('settles what is unknown, and nothing else', async () => {
    world.provider.behave('loses_answer');
    const { paymentId } = await receipt('unknown');
    const id = (await viewOf(paymentId))?.id ?? '';
    const both = await Promise.all([
      act(id, 'resolve', { outcome: 'sent' }),
      act(id, 'resolve', { outcome: 'failed' }),
    ]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
    expect((await act(id, 'resolve', { outcome: 'sent' })).json()).toMatchObject({ code: 'notification_not_unknown' });
    expect((await act(id, 'resolve', { outcome: 'lost' })).statusCode).toBe(400);
  });

  it('may have one sent again; two who ask at once get one message', async () => {
    world.provider.behave('loses_answer');
    const { paymentId } = await receipt('unknown');
    world.provider.behave('takes');
    const id = (await viewOf(paymentId))?.id ?? '';
    const both = await Promise.all([act(id, 'resend'), act(id, 'resend')]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([202, 409]);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(world.provider.sms().filter((one) => one.to === `+${phone}`)).toHaveLength(2);
    expect((await act(id, 'resend')).json()).toMatchObject({ code: 'notification_not_resendable' });
  });

  it('needs the role, and the organisation', async () => {
    const { paymentId } = await receipt('sent');
    const id = (await viewOf(paymentId))?.id ?? '';
    expect((await act(id, 'resend', undefined, ['viewer'])).statusCode).toBe(403);
    const stranger = `Bearer ${await world.token(['owner'], newId())}`;
    const read = (url: string) => world.service.app.inject({ url, headers: { authorization: stranger } });
    expect((await read(`/api/v1/notifications/${id}`)).statusCode).toBe(404);
    expect((await read('/api/v1/notifications')).json()).toMatchObject({ data: [] });
    expect((await world.service.app.inject({ url: '/api/v1/notifications' })).statusCode).toBe(401);
  });

  it('sees masked numbers, pages and filters', async () => {
    await receipt('sent');
    const views = await listed(world, '?status=sent&limit=2');
    expect(views).toHaveLength(2);
    for (const { to } of views) expect(to).toMatch(/^2547\*{5}\d{3}$|^.\*{3}@/);
  });
});
