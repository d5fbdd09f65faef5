import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paymentReceived } from './builders.ts';
import { balanceOf, debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

it('what an undo leaves of an invoice is written off where it is a crumb, as if the money had never lain there', async () => {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 70_000);
  const further = debtor(organisationId, 85_000);
  const { invoiceId } = payer.invoice;
  await world.owe(organisationId, payer, further);
  const [shilling, rest] = [nobody(100), nobody(69_900)];
  await world.publish(...[shilling, rest].map((one) => paymentReceived(organisationId, one)));
  for (const { paymentId, amountCents } of [shilling, rest]) {
    await untilMatch(api, paymentId, 'unmatched');
    const allocations = [{ invoiceId, amountCents }];
    const confirmed = await api.decide(paymentId, 'confirm', { customerId: payer.customerId, allocations });
    expect(confirmed).toMatchObject({ status: 200 });
  }
  expect([await balanceOf(api, 'receivable'), await balanceOf(api, 'rounding')]).toEqual([85_000, 0]);

  const undone = await api.decide(shilling.paymentId, 'undo', { reason: 'somebody else’s' });
  expect(undone).toMatchObject({ status: 200, body: { status: 'undone', unappliedCents: 100 } });
  expect([await balanceOf(api, 'receivable'), await balanceOf(api, 'rounding')]).toEqual([85_000, 100]);
  expect(await api.match(rest.paymentId)).toMatchObject({
    status: 'confirmed',
    allocations: [{ invoiceId, amountCents: 69_900, roundingCents: 100, version: 2 }],
  });
  const told = () => world.out.of('payment.allocated').filter((event) => event.subject.id === rest.paymentId);
  await eventually(() => told().at(-1)?.data).toMatchObject({ balanceCents: 0, allocations: [{ roundingCents: 100 }] });

  await api.decide(rest.paymentId, 'undo', { reason: 'neither' });
  expect([await balanceOf(api, 'receivable'), await balanceOf(api, 'rounding')]).toEqual([155_000, 0]);
});

it('a payer whose money an undo closes a crumb with hears what its own customer owes, whosever the invoice is', async () => {
  const organisationId = newId();
  const api = world.as(organisationId);
  const pupil = debtor(organisationId, 70_000);
  const another = debtor(organisationId, 85_000);
  const mother = debtor(organisationId, 90_000);
  await world.owe(organisationId, pupil, another, mother);
  const { invoiceId } = pupil.invoice;
  const [shilling, rest] = [nobody(100), nobody(69_900)];
  await world.publish(...[shilling, rest].map((one) => paymentReceived(organisationId, one)));
  for (const [{ paymentId, amountCents }, { customerId }] of [
    [shilling, another],
    [rest, mother],
  ] as const) {
    await untilMatch(api, paymentId, 'unmatched');
    const both = { customerId, allocations: [{ invoiceId, amountCents }], acrossCustomers: true };
    expect(await api.decide(paymentId, 'confirm', both)).toMatchObject({ status: 200 });
  }
  await api.decide(shilling.paymentId, 'undo', { reason: 'somebody else’s' });
  const told = () => world.out.of('payment.allocated').filter((event) => event.subject.id === rest.paymentId);
  await eventually(() => told().at(-1)?.data).toMatchObject({ allocations: [{ roundingCents: 100 }] });
  expect(told().at(-1)?.data).toMatchObject({ customerId: mother.customerId, balanceCents: 90_000 });
});
