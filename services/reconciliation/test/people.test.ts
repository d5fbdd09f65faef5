import { newId } from '@malipo/values';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Deps } from '../src/commands/work.ts';
import { createPeople } from '../src/store/people.ts';
import { openUnfed, type Unfed } from './support.ts';

let unfed: Unfed;
let deps: Deps;

beforeEach(async () => {
  unfed = await openUnfed({ jobs: () => [] });
  ({ deps } = unfed);
});
afterEach(() => unfed.close());

it('a process remembers a bounded number of people, and writes whom it forgot once more', async () => {
  const { people } = deps.collections;
  const { note } = createPeople(deps.collections, 2);
  const organisationId = newId();
  const [first, second, third] = [newId(), newId(), newId()];
  const at = new Date();
  const comes = (userId: string) => note({ organisationId, userId, roles: ['admin'], tokenExpiresAt: at }, at);
  const isWrittenAgain = async (userId: string) => {
    await people.deleteMany({});
    await comes(userId);
    return (await people.countDocuments()) === 1;
  };
  for (const userId of [first, second]) await comes(userId);
  expect(await isWrittenAgain(first)).toBe(false);
  await comes(third);
  expect(await isWrittenAgain(first)).toBe(true);
});
