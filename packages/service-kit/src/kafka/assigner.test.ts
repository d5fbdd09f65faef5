import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign } from './assigner.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each([1, 2, 4, 5])('with %i members partition n of every topic goes to the same member, evenly', (count) => {
  const members = numbers(count).map((n) => `member-${n}`);
  const counts = new Map([
    ['payments', 24],
    ['invoices', 24],
  ]);
  const assignment = assign(members, counts);
  const sizes = members.map((member) => assignment.get(member)?.get('payments')?.length ?? 0);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  for (const member of members)
    expect(assignment.get(member)?.get('payments')).toEqual(assignment.get(member)?.get('invoices'));
});

test('every partition has exactly one owner, whatever the members and topics', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (members, count) => {
        const assignment = assign(members, new Map([['topic', count]]));
        const owned = [...assignment.values()].flatMap((own) => own.get('topic') ?? []).sort((a, b) => a - b);
        expect(owned).toEqual(numbers(count));
      },
    ),
  );
});
