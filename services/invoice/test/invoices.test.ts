import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, anIssuedInvoice, type Client, eventually, type House, oneLine, openHouse } from './house.ts';

let house: House;
let owner: Client;
let customerId: string;
const organisationId = newId();
const NOW = new Date('2026-03-31T22:00:00Z'); // the first of April in Nairobi

beforeAll(async () => {
  house = await openHouse({ replicas: 2, now: () => NOW });
  owner = await house.as(organisationId);
  customerId = await aCustomer(owner);
});
afterAll(() => house?.close());

const eventsAbout = (id: string) => house.events.events.filter((event) => event.subject.id === id);
const typesAbout = (id: string) => eventsAbout(id).map((event) => event.type);

describe('a draft', () => {
  test('is priced line by line', async () => {
    const lines = [
      {
        description: 'Consulting',
        quantity: 2.5,
        unitPriceCents: 100_001,
        taxRatePercent: 16,
        discount: { percent: 10 },
      },
      { description: 'Stationery', unitPriceCents: 999, discount: { cents: 99 } },
      { description: 'Delivery', unitPriceCents: 0, discount: 0 },
    ];
    const { status, body, headers } = await owner('POST', '/invoices', { customerId, lines, notes: 'Thank\nyou' });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({
      status: 'draft',
      currency: 'KES',
      dueDate: '2026-05-01',
      subtotalCents: 250_003 + 999,
      discountCents: 25_000 + 99,
      taxCents: 36_000,
      totalCents: 225_003 + 36_000 + 900,
      balanceCents: 225_003 + 36_000 + 900,
      appliedCents: 0,
      overdue: false,
      version: 1,
    });
    expect(body.number).toMatch(/^INV-2026-\d{5}$/);
    expect(body.lines[2]).toMatchObject({ discount: null, totalCents: 0 });
    expect(body.lines[0]).toMatchObject({ quantity: 2.5, taxRatePercent: 16, discount: { percent: 10 } });
    expect((await owner('GET', `/invoices/${body.id}`)).body).toEqual(body);
    expect(headers).toMatchObject({ etag: '"1"', location: `/api/v1/invoices/${body.id}` });
  });

  test('gets a number that nobody has, also where people numbered by hand', async () => {
    const client = await house.as(newId());
    const customer = await aCustomer(client);
    for (const suffix of ['00001', '00002', '00003'])
      await client('POST', '/invoices', { customerId: customer, number: `inv-2026-${suffix}`, lines: oneLine() });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client('POST', '/invoices', { customerId: customer, lines: oneLine() })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map((answer) => answer.body.number)).size).toBe(8);
  });

  test('cannot take a number twice, whatever its case, also at once', async () => {
    const both = await Promise.all(
      ['Twin 1', 'TWIN1'].map((number) => owner('POST', '/invoices', { customerId, number, lines: oneLine() })),
    );
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(both.find((answer) => answer.status === 409)?.body).toMatchObject({
      code: 'number_taken',
      errors: [{ pointer: '#/number' }],
    });
    const own = await owner('POST', '/invoices', { customerId, lines: oneLine() });
    expect(await owner('PATCH', `/invoices/${own.body.id}`, { number: 'twin 1' })).toMatchObject({ status: 409 });
  });

  test('with the same idempotency key is one draft', async () => {
    const body = { customerId, lines: oneLine() };
    const key = { 'idempotency-key': newId() };
    const first = await owner('POST', '/invoices', body, key);
    const again = await owner('POST', '/invoices', body, key);
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, body: first.body });
  });

  test('needs a customer of the organisation', async () => {
    const stranger = await aCustomer(await house.as(newId()));
    expect(await owner('POST', '/invoices', { customerId: stranger, lines: oneLine() })).toMatchObject({
      status: 422,
      body: { code: 'customer_unknown', errors: [{ pointer: '#/customerId' }] },
    });
  });

  test('changes in everything', async () => {
    const { body } = await owner('POST', '/invoices', { customerId, lines: oneLine() });
    const other = await aCustomer(owner);
    const change = {
      number: 'Changed 7',
      customerId: other,
      currency: 'USD',
      dueDate: '2026-06-01',
      lines: oneLine(5),
    };
    expect(await owner('PATCH', `/invoices/${body.id}`, change)).toMatchObject({
      status: 200,
      body: { number: 'Changed 7', customerId: other, currency: 'USD', dueDate: '2026-06-01', totalCents: 5 },
    });
    expect((await owner('PATCH', `/invoices/${body.id}`, { customerId: newId() })).status).toBe(422);
    expect((await owner('GET', `/invoices/${body.id}`)).body).toMatchObject({ status: 'draft', version: 2 });
    await owner('POST', `/invoices/${body.id}/issue`);
    // told in order: what had been told of the draft would stand before it
    await eventually(() => typesAbout(body.id)[0]).toBe('invoice.issued');
  });
});

describe('issuing', () => {
  test('tells it once, also when asked by several at once', async () => {
    const lines = oneLine().map((line) => ({ ...line, taxRatePercent: 16 }));
    const { body } = await owner('POST', '/invoices', { customerId, lines, dueDate: '2026-04-30' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => owner('POST', `/invoices/${body.id}/issue`)));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, body: { status: 'issued', issuedOn: '2026-04-01', version: 2 } });
    await eventually(() => typesAbout(body.id)).toContain('invoice.issued');
    expect(new Set(eventsAbout(body.id).map((event) => event.subject.version))).toEqual(new Set([2]));
    expect(eventsAbout(body.id)[0]).toMatchObject({
      organisationId,
      data: {
        invoiceId: body.id,
        customerId,
        number: body.number,
        description: 'Rent',
        issuedOn: '2026-04-01',
        dueDate: '2026-04-30',
        totalCents: 116_000,
        taxCents: 16_000,
        balanceCents: 116_000,
      },
    });
  });

  test('needs an amount', async () => {
    const { body } = await owner('POST', '/invoices', { customerId, lines: oneLine(0) });
    expect(await owner('POST', `/invoices/${body.id}/issue`)).toMatchObject({
      status: 422,
      body: { code: 'invoice_without_amount' },
    });
  });

  test('fixes number, customer and currency, and tells every change of what is owed', async () => {
    const id = await anIssuedInvoice(owner);
    expect(await owner('PATCH', `/invoices/${id}`, { number: 'Z', currency: 'USD' })).toMatchObject({
      status: 409,
      body: { code: 'invoice_issued', errors: [{ pointer: '#/number' }, { pointer: '#/currency' }] },
    });
    const changed = await owner('PATCH', `/invoices/${id}`, { lines: oneLine(70_000) }, { 'if-match': '"2"' });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"3"' }, body: { balanceCents: 70_000 } });
    expect((await owner('PATCH', `/invoices/${id}`, { lines: oneLine(70_000) })).headers['etag']).toBe('"3"');
    expect((await owner('PATCH', `/invoices/${id}`, { notes: 'x' }, { 'if-match': '"2"' })).status).toBe(412);
    await eventually(() => eventsAbout(id).find((event) => event.type === 'invoice.changed')).toMatchObject({
      subject: { version: 3 },
      data: { totalCents: 70_000, balanceCents: 70_000 },
    });
  });
});

describe('voiding', () => {
  test('ends an invoice, once', async () => {
    const id = await anIssuedInvoice(owner);
    const answers = await Promise.all(
      [1, 2, 3].map(() => owner('POST', `/invoices/${id}/void`, { reason: 'moved out' })),
    );
    for (const { status, body } of answers)
      expect([status, body.status, body.balanceCents, body.voidReason]).toEqual([200, 'void', 0, 'moved out']);
    await eventually(() => typesAbout(id)).toContain('invoice.voided');
    for (const answer of await Promise.all([
      owner('PATCH', `/invoices/${id}`, { notes: 'x' }),
      owner('POST', `/invoices/${id}/issue`),
    ]))
      expect(answer).toMatchObject({ status: 409, body: { code: 'invoice_closed' } });
  });

  test('is refused for a draft, and needs no reason', async () => {
    const { body } = await owner('POST', '/invoices', { customerId, lines: oneLine() });
    expect(await owner('POST', `/invoices/${body.id}/void`)).toMatchObject({
      status: 409,
      body: { code: 'invoice_not_issued' },
    });
    const id = await anIssuedInvoice(owner);
    expect(await owner('POST', `/invoices/${id}/void`)).toMatchObject({ status: 200, body: { voidReason: null } });
  });
});

test('lists filter by status, customer, number and due date', async () => {
  const client = await house.as(newId());
  const late = await anIssuedInvoice(client, 100, { dueDate: '2026-03-31', number: 'Late 1' });
  const today = await anIssuedInvoice(client, 100, { dueDate: '2026-04-01' });
  const draft = await client('POST', '/invoices', {
    customerId: await aCustomer(client),
    dueDate: '2026-01-01',
    lines: oneLine(),
  });
  const idsOf = async (query: string) =>
    (await client('GET', `/invoices?${query}`)).body.data.map((row: { id: string }) => row.id);
  expect(await idsOf('status=overdue')).toEqual([late]);
  expect(await idsOf('status=issued')).toEqual([today, late]);
  expect(await idsOf('status=draft')).toEqual([draft.body.id]);
  expect(await idsOf(`customerId=${draft.body.customerId}`)).toEqual([draft.body.id]);
  expect(await idsOf('number=LATE1')).toEqual([late]);
  expect(await idsOf('dueAfter=2026-03-31')).toEqual([today]);
  expect(await idsOf('dueBefore=2026-03-31&status=overdue')).toEqual([]);
  expect((await client('GET', `/invoices/${late}`)).body).toMatchObject({ overdue: true, status: 'issued' });
  expect((await client('GET', '/invoices?status=lost')).status).toBe(400);
});

test('a passed due date is told once per due date, by two replicas too', async () => {
  const id = await anIssuedInvoice(owner, 100, { dueDate: '2026-03-31' });
  const overdue = () => eventsAbout(id).filter((event) => event.type === 'invoice.overdue');
  await eventually(() => overdue().length).toBe(1);
  await owner('PATCH', `/invoices/${id}`, { dueDate: '2026-03-30' });
  await eventually(() => new Set(overdue().map((event) => event.subject.version)).size).toBe(2);
  expect(overdue().at(-1)?.data).toMatchObject({ dueDate: '2026-03-30', balanceCents: 100 });
  const again = await anIssuedInvoice(owner, 100, { dueDate: '2026-03-29' }); // by its event, later looks have passed over the first
  await eventually(() => typesAbout(again)).toContain('invoice.overdue');
  expect(new Set(overdue().map((event) => event.subject.version)).size).toBe(2);
});

test('another organisation sees nothing of it, and a viewer only reads', async () => {
  const id = await anIssuedInvoice(owner);
  const stranger = await house.as(newId());
  const strange = await Promise.all([
    stranger('GET', `/invoices/${id}`),
    stranger('PATCH', `/invoices/${id}`, { notes: 'x' }),
    stranger('POST', `/invoices/${id}/issue`),
    stranger('POST', `/invoices/${id}/void`, {}),
  ]);
  expect(strange.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
  const viewer = await house.as(organisationId, ['viewer']);
  expect((await viewer('GET', `/invoices/${id}`)).status).toBe(200);
  expect((await viewer('POST', `/invoices/${id}/void`, {})).status).toBe(403);
  expect((await viewer('POST', '/invoices', { customerId, lines: oneLine() })).status).toBe(403);
});

test.each([
  ['no lines', { lines: [] }],
  ['a quantity of zero', { lines: [{ description: 'x', unitPriceCents: 1, quantity: 0 }] }],
  ['a quantity with four decimals', { lines: [{ description: 'x', unitPriceCents: 1, quantity: 1.0001 }] }],
  ['half a cent', { lines: [{ description: 'x', unitPriceCents: 0.5 }] }],
  ['a negative price', { lines: [{ description: 'x', unitPriceCents: -1 }] }],
  ['a price as text', { lines: [{ description: 'x', unitPriceCents: '100' }] }],
  ['an absurd price', { lines: [{ description: 'x', unitPriceCents: 2 ** 53 }] }],
  [
    'a discount of both kinds',
    { lines: [{ description: 'x', unitPriceCents: 1, discount: { percent: 1, cents: 1 } }] },
  ],
  ['a discount that says no unit', { lines: [{ description: 'x', unitPriceCents: 100, discount: 10 }] }],
  ['tax above 100 %', { lines: [{ description: 'x', unitPriceCents: 1, taxRatePercent: 101 }] }],
  ['an injected customer', { customerId: { $gt: '' }, lines: [{ description: 'x', unitPriceCents: 1 }] }],
  ['an impossible day', { dueDate: '2026-02-30', lines: [{ description: 'x', unitPriceCents: 1 }] }],
  ['an unknown field', { lines: [{ description: 'x', unitPriceCents: 1, total: 1 }] }],
  ['NUL in the notes', { notes: 'a\u0000', lines: [{ description: 'x', unitPriceCents: 1 }] }],
])('%s is refused with a problem', async (_what, own) => {
  const answer = await owner('POST', '/invoices', { customerId, ...own });
  expect(answer.status).toBe(400);
  expect(answer.body.errors.length).toBeGreaterThan(0);
  for (const { detail } of answer.body.errors) expect(detail).not.toBe('Invalid input');
});

test('more than an invoice can hold is refused', async () => {
  const lines = [{ description: 'x', quantity: 1_000_000, unitPriceCents: 1_000_000_000_000 }];
  expect(await owner('POST', '/invoices', { customerId, lines })).toMatchObject({
    status: 422,
    body: { code: 'total_too_large', errors: [{ pointer: '#/lines/0' }] },
  });
});
