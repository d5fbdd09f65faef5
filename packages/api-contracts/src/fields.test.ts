import { expect, test } from 'vitest';
import { z } from 'zod';
import { Email, Id } from './fields.ts';
import * as contracts from './index.ts';

test('an id is lower-case inside, however its sender writes it, and stays a UUID in documents', () => {
  const id = '01a20000-0000-7000-8000-00000000000b';
  expect(Id.parse(id.toUpperCase())).toBe(id);
  expect(Id.safeParse('01a2').success).toBe(false);
  for (const io of ['input', 'output'] as const)
    expect(z.toJSONSchema(Id, { io })).toMatchObject({ type: 'string', format: 'uuid' });
});

test('what the document gives as an example of a body is taken', () => {
  const bodies = Object.values(contracts).filter((one) => one instanceof z.ZodType);
  const shown = bodies.flatMap((body) =>
    ((body.meta()?.['examples'] as unknown[]) ?? []).map((one) => ({ body, one })),
  );
  for (const { body, one } of shown) body.parse(one);
  expect(shown.map(({ body }) => body)).toEqual(
    expect.arrayContaining([contracts.RegisterRequest, contracts.NewPaymentChannel, contracts.CreateInvoice]),
  );
});

test('the document says in what a prompt’s amount is counted, and what M-Pesa takes', () => {
  const { properties } = z.toJSONSchema(contracts.NewPaymentRequest, { io: 'input' });
  expect(properties?.['amountCents']).toMatchObject({
    type: 'integer',
    ...{ minimum: 100, maximum: 25_000_000, multipleOf: 100 },
    description: expect.stringContaining('in cents'),
  });
});

test('the document says which days and percentages are taken, and that blank text is none', () => {
  const { properties } = z.toJSONSchema(contracts.CreateInvoice, { io: 'input' });
  const shape = JSON.stringify(properties);
  const { format, pattern = '' } = Object(properties?.['dueDate']);
  expect(format).toBe('date');
  for (const day of ['2000-01-01', '2099-12-31', '2100-12-31']) expect(day).toMatch(new RegExp(pattern));
  for (const day of ['1999-12-31', '2101-01-01', '20x0-01-01']) expect(day).not.toMatch(new RegExp(pattern));
  expect(shape).toContain('up to two decimals; 16 is standard VAT');
  expect(z.toJSONSchema(contracts.CreateCustomer, { io: 'input' }).properties?.['name']).toMatchObject({
    ...{ minLength: 1, maxLength: 200, pattern: '\\S' },
  });
});

test('a PIN in small letters is one, also by the document', () => {
  const { properties } = z.toJSONSchema(z.object({ pin: contracts.CreateCustomer.shape.kraPin.unwrap().unwrap() }), {
    io: 'input',
  });
  const { pattern = '' } = Object(properties?.['pin']);
  for (const pin of ['P051234567X', 'a051234567z']) expect(pin).toMatch(new RegExp(pattern));
  for (const pin of ['B051234567X', 'P05123456X', 'P051234567XY']) expect(pin).not.toMatch(new RegExp(pattern));
});

test.each([
  [undefined, 'is missing: write it like grace@example.co.ke'],
  ['grace', 'write it like grace@example.co.ke'],
  [5, 'write it like grace@example.co.ke'],
])('an address that is %s says how it is written, and whether it is there', (email, message) => {
  expect(Email.safeParse(email).error?.issues).toMatchObject([{ message }]);
});
