import { newId } from '@malipo/values';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  allocated,
  customer,
  eventually,
  fresh,
  listed,
  messageOf,
  openWorld,
  smsAbout,
  undone,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.provider.behave('takes'));

/** What became of a payment's SMS; an e-mail is only thought of where the customer is not known yet, or has an address. */
const statusOf = async (paymentId: string, medium = 'sms') => (await messageOf(world, paymentId, medium))?.status;
const sentFor = (receipt: string) => smsAbout(world, receipt);

describe('a receipt', () => {
  it('goes to the customer by SMS, in the provider’s own format', async () => {
    const { customerId, event } = customer(world.organisationId);
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
    const [sms, ...others] = sentFor(receipt);
    expect(others).toEqual([]);
    expect(sms).toMatchObject({
      to: '+254712345678',
      text: `Kamau Shop: KES 1,500 received for INV-0042, receipt ${receipt}. Balance KES 0. Asante.`,
    });
    expect(sms?.headers).toMatchObject({ apikey: 'live-key', accept: 'application/json' });
  });

  it('speaks the customer’s language, and goes by e-mail too where there is an address', async () => {
    const { customerId, event } = customer(world.organisationId, { locale: 'sw', email: 'grace@example.com' });
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
    await eventually(() => statusOf(payment.paymentId, 'email')).toBe('sent');
    expect(sentFor(receipt)[0]?.text).toContain('Tumepokea KES 1,500');
    const emails = world.provider.emails().filter((one) => one.text.includes(receipt));
    expect(emails).toMatchObject([{ to: 'grace@example.com' }]);
    expect(emails[0]?.headers.authorization).toBe('Bearer mail-key');
  });

  it('goes to the payer where the number came in full, without the balance of somebody else', async () => {
    const { customerId, event } = customer(world.organisationId);
    const receipt = fresh();
    const payer = { msisdn: '254700000001' };
    const payment = allocated(world.organisationId, { customerId, receipt, payer, balanceCents: 99_900 });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
    expect(sentFor(receipt)).toMatchObject([{ to: '+254700000001', text: expect.not.stringContaining('Balance') }]);
  });

  it('goes to nobody where no number is known', async () => {
    const { customerId, event } = customer(world.organisationId, { phone: null });
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('skipped');
    expect(await listed(world, `?paymentId=${payment.paymentId}`)).toContainEqual(
      expect.objectContaining({ medium: 'sms', reason: 'no_number', to: null }),
    );
    expect(sentFor(receipt)).toEqual([]);
  });

  it('of test money never reaches the live provider', async () => {
    const { customerId, event } = customer(world.organisationId);
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt, mode: 'test' });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
    expect(sentFor(receipt)).toEqual([]);
    expect(world.testProvider.sms().filter((one) => one.text.includes(receipt))).toHaveLength(1);
  });

  it('is sent once however often and in whatever versions its payment is told', async () => {
    const { customerId, event } = customer(world.organisationId);
    const receipt = fresh();
    const paymentId = newId();
    const told = [1, 1, 3, 2, 3].map((version) =>
      allocated(world.organisationId, { customerId, receipt, paymentId, version }),
    );
    await world.publisher.publish(event, ...told.map((one) => one.event));
    await eventually(() => statusOf(paymentId)).toBe('sent');
    await world.publisher.publish(...told.map((one) => one.event));
    const last = allocated(world.organisationId, { customerId, receipt: fresh() });
    await world.publisher.publish(last.event);
    await eventually(() => statusOf(last.paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(1);
  });

  it('waits for a customer who becomes known a moment later', async () => {
    const { customerId, event } = customer(world.organisationId);
    const payment = allocated(world.organisationId, { customerId });
    await world.publisher.publish(payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('queued');
    await world.publisher.publish(event);
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
  });

  it('is not sent days later, so a replayed topic messages nobody', async () => {
    const { customerId, event } = customer(world.organisationId);
    const decidedAt = new Date(Date.now() - 25 * 3600 * 1000).toISOString();
    const payment = allocated(world.organisationId, { customerId, decidedAt });
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('skipped');
  });

  it('is taken back when its money is, if it did not leave yet; and told anew when it is applied again', async () => {
    const paymentId = newId();
    const customerId = newId();
    const receipt = fresh();
    const first = allocated(world.organisationId, { customerId, paymentId, receipt });
    await world.publisher.publish(first.event);
    await eventually(() => statusOf(paymentId)).toBe('queued');
    await world.publisher.publish(undone(world.organisationId, { customerId, paymentId, version: 2 }));
    await eventually(() => statusOf(paymentId)).toBe('skipped');
    await world.publisher.publish(customer(world.organisationId, { customerId }).event);
    await world.publisher.publish(
      allocated(world.organisationId, { customerId, paymentId, receipt, version: 3 }).event,
    );
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(1);
  });
});

describe('when the provider fails', () => {
  it('a lost answer leaves it unknown, and it is never sent again by itself', async () => {
    const { customerId, event } = customer(world.organisationId, { phone: '254711000001' });
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt });
    world.provider.behave('loses_answer');
    await world.publisher.publish(event, payment.event);
    await eventually(() => statusOf(payment.paymentId)).toBe('unknown');
    world.provider.behave('takes');
    await world.publisher.publish(payment.event);
    const later = allocated(world.organisationId, { customerId, receipt: fresh() });
    await world.publisher.publish(later.event);
    await eventually(() => statusOf(later.paymentId)).toBe('sent');
    expect(await statusOf(payment.paymentId)).toBe('unknown');
    expect(sentFor(receipt)).toHaveLength(1);
  });

  it('a refusal is a failure, a 500 is unknown', async () => {
    const { customerId, event } = customer(world.organisationId, { phone: '254711000002' });
    for (const [status, end] of [
      [400, 'failed'],
      [500, 'unknown'],
    ] as const) {
      world.provider.behave(status);
      const payment = allocated(world.organisationId, { customerId, receipt: fresh() });
      await world.publisher.publish(event, payment.event);
      await eventually(() => statusOf(payment.paymentId)).toBe(end);
    }
  });

  it('what was turned away before it left is sent later', async () => {
    const { customerId, event } = customer(world.organisationId, { phone: '254711000003' });
    const receipt = fresh();
    const payment = allocated(world.organisationId, { customerId, receipt });
    world.provider.behave(429);
    await world.publisher.publish(event, payment.event);
    await eventually(async () =>
      (await listed(world, `?paymentId=${payment.paymentId}`)).find((one) => one.medium === 'sms'),
    ).toMatchObject({ status: 'queued', reason: 'http_429' });
    world.provider.behave('takes');
    await eventually(() => statusOf(payment.paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(1);
  });

  it('a provider that keeps silent does not slow the consuming', async () => {
    const { customerId, event } = customer(world.organisationId, { phone: '254711000004' });
    world.provider.behave('holds');
    const payments = Array.from({ length: 100 }, () => allocated(world.organisationId, { customerId }));
    await world.publisher.publish(event, ...payments.map((one) => one.event));
    await eventually(() => statusOf(payments.at(-1)!.paymentId)).toBeDefined();
    world.provider.behave('takes');
    world.provider.letGo();
    await eventually(
      async () =>
        (await listed(world, `?customerId=${customerId}&status=queued&limit=200`)).filter((one) => one.medium === 'sms')
          .length,
    ).toBe(0);
  });
});
