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

test.each(['2026-02-30', '2027-01-31T00:00:00Z', '31/01/2027', ''])('%j is no day, and one is shown', (day) => {
  const [fault] = fieldErrors(z.strictObject({ on: z.iso.date() }).safeParse({ on: day }).error?.issues ?? [], '#');
  expect(fault).toEqual({ pointer: '#/on', detail: 'must be a day of the calendar, such as 2026-11-22' });
});
