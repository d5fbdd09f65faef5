import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allocated,
  anIssuedInvoice,
  type Client,
  eventually,
  type House,
  oneLine,
  openHouse,
  undone,
} from './house.ts';

let house: House;
let owner: Client;
const organisationId = newId();

beforeAll(async () => {
  house = await openHouse({ replicas: 2 });
  owner = await house.as(organisationId);
});
afterAll(() => house?.close());

const read = async (id: string) => (await owner('GET', `/invoices/${id}`)).body;
const effectsOf = (id: string, type: string) => {
  const about = house.events.events.filter((event) => event.subject.id === id && event.type === type);
  return [...new Map(about.map((event) => [event.subject.version, event])).values()];
};

test('money applied in parts pays an invoice, and each part is told', async () => {
  const invoiceId = await anIssuedInvoice(owner);
  const [first, second] = [newId(), newId()];
  await house.publish(allocated(organisationId, first, { allocationId: newId(), invoiceId, amountCents: 40_000 }));
  await eventually(() => read(invoiceId)).toMatchObject({
    status: 'partially_paid',
    appliedCents: 40_000,
    balanceCents: 60_000,
    paidAt: null,
  });
  await house.publish(
    allocated(organisationId, second, { allocationId: newId(), invoiceId, amountCents: 59_700, roundingCents: 300 }),
  );
  await eventually(() => read(invoiceId)).toMatchObject({
    status: 'paid',
    appliedCents: 99_700,
    roundingCents: 300,
    balanceCents: 0,
  });
  await eventually(() => effectsOf(invoiceId, 'invoice.paid').length).toBe(1);
  expect(effectsOf(invoiceId, 'invoice.payment-applied').map((event) => event.data)).toMatchObject([
    { paymentId: first, appliedCents: 40_000, balanceCents: 60_000, status: 'partially_paid' },
    { paymentId: second, appliedCents: 59_700, roundingCents: 300, balanceCents: 0, status: 'paid' },
  ]);
  expect((await read(invoiceId)).allocations).toHaveLength(2);
});

test('payments of one invoice that come at once are each told, with what they left to pay', async () => {
  const invoiceId = await anIssuedInvoice(owner);
  const parts = Array.from({ length: 10 }, () => ({ allocationId: newId(), invoiceId, amountCents: 10_000 }));
  await house.publish(...parts.map((part) => allocated(organisationId, newId(), part)));
  await eventually(() => effectsOf(invoiceId, 'invoice.payment-applied').map(({ data }) => data)).toMatchObject(
    parts.map((_part, index) => ({ appliedCents: 10_000, balanceCents: 90_000 - index * 10_000 })),
  );
  await eventually(() => effectsOf(invoiceId, 'invoice.paid').length).toBe(1);
});

test('one payment over two invoices moves both', async () => {
  const ids = [await anIssuedInvoice(owner), await anIssuedInvoice(owner)];
  const parts = ids.map((invoiceId) => ({ allocationId: newId(), invoiceId, amountCents: 100_000 }));
  await house.publish(allocated(organisationId, newId(), ...parts));
  for (const id of ids) await eventually(() => read(id)).toMatchObject({ status: 'paid' });
});

test('the same allocation fifty times is applied once', async () => {
  const invoiceId = await anIssuedInvoice(owner);
  const once = allocated(organisationId, newId(), { allocationId: newId(), invoiceId, amountCents: 100_000 });
  for (let count = 0; count < 5; count++) await house.publish(...Array(10).fill(once));
  const last = await anIssuedInvoice(owner);
  await house.publish(allocated(organisationId, newId(), { allocationId: newId(), invoiceId: last, amountCents: 1 }));
  await eventually(() => read(last)).toMatchObject({ appliedCents: 1 });
  expect(await read(invoiceId)).toMatchObject({ status: 'paid', appliedCents: 100_000, version: 4 });
  expect(effectsOf(invoiceId, 'invoice.paid')).toHaveLength(1);
  expect(effectsOf(invoiceId, 'invoice.payment-applied')).toHaveLength(1);
});

test('taken back it is owed again, may be paid again, and old news are ignored', async () => {
  const invoiceId = await anIssuedInvoice(owner);
  const [paymentId, allocationId] = [newId(), newId()];
  const applying = (version: number) =>
    allocated(organisationId, paymentId, { allocationId, invoiceId, amountCents: 100_000, version });
  await house.publish(applying(1));
  await eventually(() => read(invoiceId)).toMatchObject({ status: 'paid' });
  await house.publish(undone(organisationId, paymentId, { allocationId, invoiceId, version: 2 }), applying(1));
  await eventually(() => read(invoiceId)).toMatchObject({ status: 'issued', balanceCents: 100_000, paidAt: null });
  await house.publish(applying(3));
  await eventually(() => read(invoiceId)).toMatchObject({ status: 'paid', balanceCents: 0 });
  await eventually(() => effectsOf(invoiceId, 'invoice.paid').length).toBe(2);
  expect(effectsOf(invoiceId, 'invoice.payment-applied').map((event) => event.data)).toMatchObject([
    { appliedCents: 100_000 },
    { appliedCents: -100_000, status: 'issued', balanceCents: 100_000 },
    { appliedCents: 100_000 },
  ]);
});

test('changes, voids and allocations at the same moment leave books that agree', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => anIssuedInvoice(owner)));
  const parts = ids.flatMap((invoiceId) =>
    [1, 2, 3].map(() => ({ paymentId: newId(), allocationId: newId(), invoiceId, amountCents: 20_000 })),
  );
  const allocating = async () => {
    for (let from = 0; from < parts.length; from += 5)
      await house.publish(
        ...parts
          .slice(from, from + 5)
          .map(({ paymentId, ...part }) => allocated(organisationId, paymentId, { ...part })),
      );
  };
  const voiding = async (id: string) => {
    const statuses: number[] = [];
    for (let total = 110_000; total <= 120_000; total += 1_000)
      statuses.push((await owner('PATCH', `/invoices/${id}`, { lines: oneLine(total) })).status);
    return [...statuses, (await owner('POST', `/invoices/${id}/void`, { reason: 'race' })).status];
  };
  const [, ...answers] = await Promise.all([allocating(), ...ids.map(voiding)]);
  expect(answers).toEqual(ids.map(() => Array(12).fill(200)));
  for (const id of ids)
    await eventually(() => read(id)).toMatchObject({
      status: 'void',
      totalCents: 120_000,
      balanceCents: 0,
      appliedCents: 60_000,
      surplusCents: 60_000,
    });
  await house.publish(
    ...parts.map(({ paymentId, allocationId, invoiceId }) =>
      undone(organisationId, paymentId, { allocationId, invoiceId, version: 2 }),
    ),
  );
  for (const id of ids) {
    await eventually(() => read(id)).toMatchObject({ status: 'void', appliedCents: 0, surplusCents: 0 });
    await eventually(() => effectsOf(id, 'invoice.payment-applied').length).toBe(6);
    expect(effectsOf(id, 'invoice.voided')).toHaveLength(1);
    expect(effectsOf(id, 'invoice.paid')).toHaveLength(0);
    expect((await read(id)).version).toBe(1 + 1 + 11 + 1 + 6); // drafted, issued, changed, voided, six movements
  }
});

test('a reduction below what is applied pays it and shows the surplus', async () => {
  const invoiceId = await anIssuedInvoice(owner);
  await house.publish(allocated(organisationId, newId(), { allocationId: newId(), invoiceId, amountCents: 60_000 }));
  await eventually(() => read(invoiceId)).toMatchObject({ status: 'partially_paid' });
  expect(await owner('PATCH', `/invoices/${invoiceId}`, { lines: oneLine(50_000) })).toMatchObject({
    status: 200,
    body: { status: 'paid', balanceCents: 0, surplusCents: 10_000 },
  });
  await eventually(() => effectsOf(invoiceId, 'invoice.paid').length).toBe(1);
  expect(await owner('POST', `/invoices/${invoiceId}/void`)).toMatchObject({
    status: 409,
    body: { code: 'invoice_paid' },
  });
});

test('an allocation of an invoice that is not there, or another organisation’s, holds up nobody', async () => {
  const stranger = newId();
  const theirs = await anIssuedInvoice(await house.as(stranger));
  const invoiceId = await anIssuedInvoice(owner);
  await house.publish(
    allocated(organisationId, newId(), { allocationId: newId(), invoiceId: newId(), amountCents: 5 }),
    allocated(organisationId, newId(), { allocationId: newId(), invoiceId: theirs, amountCents: 5 }),
    allocated(stranger, newId(), { allocationId: newId(), invoiceId: theirs, amountCents: 7 }),
    allocated(organisationId, newId(), { allocationId: newId(), invoiceId, amountCents: 100_000 }),
  );
  await eventually(() => read(invoiceId)).toMatchObject({ status: 'paid' });
  const next = await anIssuedInvoice(owner);
  await house.publish(
    allocated(organisationId, newId(), { allocationId: newId(), invoiceId: next, amountCents: 100_000 }),
  );
  await eventually(() => read(next)).toMatchObject({ status: 'paid' });
  const their = await house.as(stranger);
  await eventually(async () => (await their('GET', `/invoices/${theirs}`)).body).toMatchObject({
    status: 'partially_paid',
    appliedCents: 7,
  });
});
