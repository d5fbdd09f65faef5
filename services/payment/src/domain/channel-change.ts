import type { Channel } from './telling.ts';

export type ChangeKind = 'opened' | 'changed' | 'closed' | 'reopened' | 'secret_rotated' | 'addresses_registered';

/** One field that was changed; values of secrets are left out. */
export type ChangedField = { name: string; before: string | null; after: string | null };

/** Who changed a channel, when, and from what to what. */
export type ChannelChange = {
  id: string;
  organisationId: string;
  channelId: string;
  /** The channel's, after the change. */
  version: number;
  what: ChangeKind;
  who: string;
  at: Date;
  fields: ChangedField[];
};

type Shown = Pick<Channel, 'kind' | 'validation' | 'storeNumber'> & { name: string; credentials: string | null };

/** The fields in which two states of a channel differ, as far as its people set them. */
export function changedFields(before: Shown, after: Shown): ChangedField[] {
  const plain = (['name', 'kind', 'validation', 'storeNumber'] as const)
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, before: before[name], after: after[name] }));
  return before.credentials === after.credentials
    ? plain
    : [...plain, { name: 'credentials', before: null, after: null }];
}
