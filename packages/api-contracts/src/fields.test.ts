import { expect, test } from 'vitest';
import { z } from 'zod';
import { Id } from './fields.ts';
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
