import { expect, test } from 'vitest';
import { z } from 'zod';
import { Id } from './fields.ts';

test('an id is lower-case inside, however its sender writes it, and stays a UUID in documents', () => {
  const id = '01a20000-0000-7000-8000-00000000000b';
  expect(Id.parse(id.toUpperCase())).toBe(id);
  expect(Id.safeParse('01a2').success).toBe(false);
  for (const io of ['input', 'output'] as const)
    expect(z.toJSONSchema(Id, { io })).toMatchObject({ type: 'string', format: 'uuid' });
});
