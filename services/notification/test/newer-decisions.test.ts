import { newId } from '@malipo/values';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  allocated,
  createWorld,
  customer,
  eventually,
  fresh,
  messageOf,
  organisation,
  smsAbout,
  undone,
  type World,
} from './world.ts';

let world: World;
/** Whom nobody can tell anything: their payments come to an end without a provider. */
const unreachable = newId();

beforeAll(async () => {
  world = await createWorld();
  await world.publisher.publish(
    organisation(world.organisationId),
    customer(world.organisationId, { customerId: unreachable, phone: null }).event,
  );
});
afterAll(() => world.close());
beforeEach(() => {
  world.provider.behave('takes');
  world.clock.aheadMs = 0;
});

const smsOf = (paymentId: string) => messageOf(world, paymentId);
/** What a newer decision is kept beside counts as changed, though nothing of it shows. */
const unversioned = (view: Awaited<ReturnType<typeof smsOf>>) => ({ ...view, version: expect.any(Number) });
const statusOf = async (paymentId: string) => (await smsOf(paymentId))?.status;
const sentFor = (receipt: string) => smsAbout(world, receipt);

/** Resolves when all that was published before has had its effect: the second payment is of a later slice than the first. */
async function consumed() {
  for (let count = 0; count < 2; count++) {
    const { paymentId, event } = allocated(world.organisationId, { customerId: unreachable });
    await world.publisher.publish(event);
    await eventually(() => statusOf(paymentId)).toBe('skipped');
  }
}

/** Decisions about one payment of a customer who can be told. */
async function decisions() {
  const { customerId, event } = customer(world.organisationId);
  await world.publisher.publish(event);
  const [paymentId, receipt] = [newId(), fresh()];
  const about = { customerId, paymentId };
  const events = {
    allocated: (version: number, told = receipt) =>
      allocated(world.organisationId, { ...about, version, receipt: told }).event,
    undone: (version: number) => undone(world.organisationId, { ...about, version }),
  };
  return {
    paymentId,
    receipt,
    events,
    allocate: (version: number, told?: string) => world.publisher.publish(events.allocated(version, told)),
    undo: (version: number) => world.publisher.publish(events.undone(version)),
  };
}

/** Resolves when the message waits in the queue after the provider turned it away, with its next attempt far off. */
async function turnedAway(paymentId: string) {
  const isBack = () => eventually(() => smsOf(paymentId)).toMatchObject({ status: 'queued', reason: 'http_429' });
  await isBack();
  world.clock.aheadMs = -3_600_000;
  await isBack(); // after an attempt that had begun before the clock went back, too
  world.provider.behave('takes');
}

const resend = async (id = '') =>
  world.service.app.inject({
    method: 'POST',
    url: `/api/v1/notifications/${id}/resend`,
    headers: { authorization: `Bearer ${await world.token()}` },
  });

describe('a newer decision', () => {
  it('is what a message tells that was turned away before', async () => {
    const { paymentId, receipt, allocate } = await decisions();
    const newer = fresh();
    world.provider.behave(429);
    await allocate(1);
    await turnedAway(paymentId);
    await allocate(2, newer);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect([sentFor(receipt), sentFor(newer)].map((sent) => sent.length)).toEqual([0, 1]);
  });

  it('brings back a message that was turned away and then taken back', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    world.provider.behave(429);
    await allocate(1);
    await turnedAway(paymentId);
    await undo(2);
    await eventually(() => smsOf(paymentId)).toMatchObject({ status: 'skipped', reason: 'undone' });
    await allocate(3);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(1);
  });

  it('changes no message that is under way or of unknown fate', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    const newer = [fresh(), fresh(), fresh()];
    world.provider.behave('holds');
    await allocate(1);
    await eventually(() => sentFor(receipt)).toHaveLength(1);
    const claimed = await smsOf(paymentId);
    expect(claimed?.status).toBe('claimed');
    await allocate(2, newer[0]);
    await undo(3);
    await allocate(4, newer[1]);
    await consumed();
    expect(await smsOf(paymentId)).toMatchObject(unversioned(claimed));
    world.provider.behave('takes');
    world.provider.letGo();
    await eventually(() => statusOf(paymentId)).toBe('unknown');
    const unknown = await smsOf(paymentId);
    await undo(5);
    await allocate(6, newer[2]);
    await consumed();
    expect(await smsOf(paymentId)).toMatchObject(unversioned(unknown));
    expect([receipt, ...newer].map((one) => sentFor(one).length)).toEqual([1, 0, 0, 0]);
  });

  it('that comes while a message is under way is told in its place, where the provider turns that away', async () => {
    const { paymentId, receipt, allocate } = await decisions();
    const newer = [fresh(), fresh()];
    world.provider.behave('holds');
    await allocate(1);
    await eventually(() => sentFor(receipt)).toHaveLength(1);
    await allocate(3, newer[1]);
    await consumed();
    await allocate(2, newer[0]);
    await consumed();
    world.provider.behave('takes');
    world.provider.turnAway(429);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(newer.map((one) => sentFor(one).length)).toEqual([0, 1]);
  });

  it('that takes the money back while a message is under way ends it, where the provider turns that away', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    world.provider.behave('holds');
    await allocate(1);
    await eventually(() => sentFor(receipt)).toHaveLength(1);
    await undo(2);
    await consumed();
    world.provider.behave('takes');
    world.provider.turnAway(429);
    await eventually(() => smsOf(paymentId)).toMatchObject({ status: 'skipped', reason: 'undone' });
    await allocate(3);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(2); // the first was turned away
  });

  it('does not renew what a person asked for, once that was taken back', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    world.provider.behave('loses_answer');
    await allocate(1);
    await eventually(() => statusOf(paymentId)).toBe('unknown');
    world.provider.behave(429);
    expect((await resend((await smsOf(paymentId))?.id)).statusCode).toBe(202);
    await turnedAway(paymentId);
    await undo(2);
    await eventually(() => statusOf(paymentId)).toBe('skipped');
    await allocate(3);
    await consumed();
    expect(await statusOf(paymentId)).toBe('skipped');
    expect(sentFor(receipt)).toHaveLength(1);
  });
});

describe('money taken back', () => {
  it('stays untold when the older decision comes later', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    await undo(2);
    await consumed();
    await allocate(1);
    await consumed();
    expect(await smsOf(paymentId)).toMatchObject({ status: 'skipped', reason: 'undone', to: null });
    await allocate(3);
    await eventually(() => statusOf(paymentId)).toBe('sent');
    expect(sentFor(receipt)).toHaveLength(1);
  });

  it('stays untold when the older decision comes in the same slice, and again', async () => {
    const { paymentId, receipt, allocate, events } = await decisions();
    await world.publisher.publish(events.undone(2), events.allocated(1));
    await allocate(1);
    await consumed();
    await allocate(1);
    await consumed();
    expect(await statusOf(paymentId)).toBe('skipped');
    expect(sentFor(receipt)).toEqual([]);
  });

  it('twice stays untold when what was between comes last', async () => {
    const { paymentId, receipt, allocate, undo } = await decisions();
    await undo(2);
    await consumed();
    await undo(4);
    await consumed();
    await allocate(3);
    await consumed();
    expect(await statusOf(paymentId)).toBe('skipped');
    expect(sentFor(receipt)).toEqual([]);
  });

  it('before anything was told of it leaves nothing that a person could send', async () => {
    const { paymentId, undo } = await decisions();
    await undo(2);
    await eventually(() => statusOf(paymentId)).toBe('skipped');
    const answer = await resend((await smsOf(paymentId))?.id);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'notification_not_resendable' });
  });
});
