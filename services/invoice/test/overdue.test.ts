import { connectMongo } from '@malipo/service-kit';
import { createSlice } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInvoiceStore } from '../src/store/invoices.ts';
import { allocated, anIssuedInvoice, type Client, eventually, type House, openHouse, undone } from './house.ts';

let house: House;
let owner: Client;
let clock = new Date('2026-03-31T09:00:00Z');
const organisationId = newId();

beforeAll(async () => {
  house = await openHouse({ now: () => clock });
  owner = await house.as(organisationId);
});
afterAll(() => house?.close());

const read = async (id: string) => (await owner('GET', `/invoices/${id}`)).body;
const isTold = (id: string) => house.events.of('invoice.overdue').some(({ subject }) => subject.id === id);

test('a due date that passes a paid invoice changes nothing of it, and counts once it is reopened', async () => {
  const due = { dueDate: '2026-03-31' };
  const [paid, open] = [await anIssuedInvoice(owner, 100_000, due), await anIssuedInvoice(owner, 100_000, due)];
  const [paymentId, part] = [newId(), { allocationId: newId(), invoiceId: paid }];
  await house.publish(allocated(organisationId, paymentId, { ...part, amountCents: 100_000 }));
  await eventually(() => read(paid)).toMatchObject({ status: 'paid', version: 4 });
  const before = await read(paid);
  clock = new Date('2026-04-01T09:00:00Z');
  await eventually(() => isTold(open)).toBe(true);
  expect(await read(paid)).toEqual(before);
  expect((await owner('PATCH', `/invoices/${paid}`, { notes: 'x' }, { 'if-match': '"4"' })).status).toBe(200);
  await house.publish(undone(organisationId, paymentId, { ...part, version: 2 }));
  await eventually(() => isTold(paid)).toBe(true);
});

test('the job looks once at an invoice that is paid, unless it changed since it was read', async () => {
  const slice = createSlice();
  const mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}invoice`);
  const { dueBefore, passOver } = createInvoiceStore(mongo.db);
  const rows = ['a', 'b'].map((_id) => ({ _id, organisationId: 'o', status: 'paid', version: 4, updatedAt: clock }));
  const invoices = mongo.db.collection<{ _id: string }>('invoices');
  await invoices.insertMany(rows.map((row) => ({ ...row, overdueCheckOn: '2026-03-31' })));
  const left = await mongo.transaction(async (session) => {
    const tx = { session, tell: () => undefined };
    const read = await dueBefore('2026-04-01', 9, tx);
    await passOver(
      read.map((one) => (one.id === 'b' ? { ...one, version: 3 } : one)),
      tx,
    );
    return dueBefore('2026-04-01', 9, tx);
  });
  expect(left.map(({ id }) => id)).toEqual(['b']);
  expect(await invoices.findOne({ _id: 'a' })).toEqual(rows[0]);
  await mongo.close();
  await slice.drop();
});
