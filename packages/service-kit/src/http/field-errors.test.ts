import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldErrors, nameFaultsPlainly } from './field-errors.ts';

nameFaultsPlainly();
const form = z.strictObject({ rail: z.literal('mpesa'), kind: z.enum(['paybill', 'till']) });
const faults = (body: unknown) => fieldErrors(form.safeParse(body).error?.issues ?? [], '#');

test('a choice that was not made is missing, and its answers are named', () => {
  expect(faults({})).toEqual([
    { pointer: '#/rail', detail: 'is missing: it must be mpesa' },
    { pointer: '#/kind', detail: 'is missing: it must be one of paybill, till' },
  ]);
  expect(faults({ rail: 'airtel', kind: 'till' })).toEqual([{ pointer: '#/rail', detail: 'must be mpesa' }]);
});
