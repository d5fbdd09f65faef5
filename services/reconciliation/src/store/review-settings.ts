import { DEFAULT_SETTINGS, type ReviewSettings } from '../domain/expected.ts';
import type { Collections } from './collections.ts';

/** How patient an organisation is. */
export function createReviewSettings({ settings }: Pick<Collections, 'settings'>) {
  return {
    async of(organisationId: string): Promise<ReviewSettings> {
      const doc = await settings.findOne({ _id: organisationId });
      if (!doc) return DEFAULT_SETTINGS;
      const { _id, ...own } = doc;
      return own;
    },
    async set(organisationId: string, own: ReviewSettings): Promise<void> {
      await settings.replaceOne({ _id: organisationId }, own, { upsert: true });
    },
  };
}

export type ReviewSettingsStore = ReturnType<typeof createReviewSettings>;
