import { newId } from '@malipo/values';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allocated, customer, eventually, fresh, messageOf, openWorld, smsAbout, undone, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.provider.behave('takes'));

const sentFor = (receipt: string) => smsAbout(world, receipt);
const known = async (facts: Parameters<typeof customer>[1]) => {
  const { customerId, event } = customer(world.organisationId, facts);
  await world.publisher.publish(event);
  return customerId;
};

/** A payment that is first applied to one customer and then to another. */
function corrected(first: string, second: string, medium = 'sms') {
  const [paymentId, receipt] = [newId(), fresh()];
  const view = () => messageOf(world, paymentId, medium);
  /** Resolves when what was published has changed the message, seen or not. */
  const heard = async (tell: () => Promise<unknown>) => {
    const before = (await view())?.version ?? 0;
    await tell();
    await eventually(async () => (await view())?.version).toBeGreaterThan(before);
  };
  const allocate = (customerId: string, version: number) =>
    world.publisher.publish(allocated(world.organisationId, { paymentId, receipt, customerId, version }).event);
  return {
    receipt,
    view,
    apply: () => allocate(first, 1),
    undo: () => heard(() => world.publisher.publish(undone(world.organisationId, { paymentId, version: 2 }))),
    applyAnew: () => heard(() => allocate(second, 3)),
    resend: async () =>
      world.service.app.inject({
        method: 'POST',
        url: `/api/v1/notifications/${(await view())?.id}/resend`,
        headers: { authorization: `Bearer ${await world.token()}` },
      }),
  };
}

describe('a correction', () => {
  it('reaches whom it concerns where the first customer had no number', async () => {
    const payment = corrected(await known({ phone: null }), await known({ phone: '254711000021' }));
    await payment.apply();
    await eventually(payment.view).toMatchObject({ status: 'skipped', reason: 'no_number' });
    await payment.undo();
    expect(await payment.view()).toMatchObject({ status: 'skipped', reason: 'undone' });
    expect((await payment.resend()).json()).toMatchObject({ code: 'notification_not_resendable' });
    await payment.applyAnew();
    await eventually(payment.view).toMatchObject({ status: 'sent' });
    expect(sentFor(payment.receipt)).toMatchObject([{ to: '+254711000021' }]);
  });

  it('is what a person sends after a failure, and nothing while the money is taken back', async () => {
    const payment = corrected(await known({ phone: '254711000022' }), await known({ phone: '254711000023' }));
    world.provider.behave(400);
    await payment.apply();
    await eventually(payment.view).toMatchObject({ status: 'failed' });
    world.provider.behave('takes');
    await payment.undo();
    const refused = await payment.resend();
    expect([refused.statusCode, refused.json()]).toMatchObject([409, { code: 'notification_not_resendable' }]);
    await payment.applyAnew();
    expect(await payment.view()).toMatchObject({ status: 'failed' });
    expect(sentFor(payment.receipt)).toEqual([]);
    expect((await payment.resend()).statusCode).toBe(202);
    await eventually(payment.view).toMatchObject({ status: 'sent' });
    expect(sentFor(payment.receipt)).toMatchObject([{ to: '+254711000023' }]);
  });

  it('for somebody without an address is heard by the e-mail to the first', async () => {
    const payment = corrected(await known({ email: 'first@example.com' }), await known({ email: null }), 'email');
    world.provider.behave(400);
    await payment.apply();
    await eventually(payment.view).toMatchObject({ status: 'failed' });
    world.provider.behave('takes');
    await payment.applyAnew();
    expect((await payment.resend()).statusCode).toBe(202);
    await eventually(payment.view).toMatchObject({ status: 'skipped', reason: 'no_address' });
    expect(world.provider.emails().filter((one) => one.text.includes(payment.receipt))).toEqual([]);
  });
});
