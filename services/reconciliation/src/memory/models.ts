import { isCurrent, type Model } from '@malipo/matching';
import type { OrganisationDoc } from '../store/collections.ts';
import { modelId } from '../store/learning.ts';
import type { Reads } from '../store/reads.ts';

/** Models in memory; they never change, so one that was read stays right. */
export type Models = {
  /** Reads what the rows name and is not here yet; nothing to wait for where all of them are, or none is named. */
  ready(rows: Iterable<OrganisationDoc>): Promise<void>;
  /** Null where the model is unknown, or made for another engine. */
  of(organisationId: string, version: string): Model | null;
};

/** Two for each organisation that learns; some kilobytes each. */
const CAPACITY = 2_000;

const named = ({ _id, learning }: OrganisationDoc): string[] =>
  [learning?.champion, learning?.challenger].flatMap((version) => (version ? modelId(_id, version) : []));

export function createModels(reads: Pick<Reads, 'models'>): Models {
  const models = new Map<string, Model | null>();
  return {
    async ready(rows) {
      const needed = new Set([...rows].flatMap(named));
      const missing = [...needed].filter((id) => !models.has(id));
      if (missing.length === 0) return;
      const found = new Map((await reads.models(missing)).map((doc) => [doc._id, doc.model]));
      // the oldest go first: a map keeps the order of arrival
      const idle = [...models.keys()].filter((id) => !needed.has(id));
      for (const id of idle.slice(0, Math.max(0, models.size + missing.length - CAPACITY))) models.delete(id);
      for (const id of missing) {
        const model = found.get(id);
        models.set(id, model && isCurrent(model) ? model : null);
      }
    },
    of: (organisationId, version) => models.get(modelId(organisationId, version)) ?? null,
  };
}
