import { findByIds } from '@malipo/service-kit';
import type { Match } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { pad } from '../domain/unit.ts';
import {
  type Collections,
  type CustomerDoc,
  type FactsDoc,
  type OrganisationDoc,
  type ReversalDoc,
  toReceivable,
} from './collections.ts';
import { type ModelDoc, modelId } from './learning.ts';
import { type MatchDoc, toMatch } from './match-doc.ts';

/** Money of a customer that came since an instant. */
export type CreditOf = { organisationId: string; customerId: string; since: Date };

/** The reads that commands share; each is one round trip, and none where there is nothing to ask for. */
export function createReads(collections: Collections) {
  const { organisations, matches, receivables, customers, requests, reversals, facts, models } = collections;
  return {
    organisations: async (ids: readonly string[]): Promise<Map<string, OrganisationDoc>> =>
      byId(await findByIds(organisations, ids)),

    organisation: async (id: string): Promise<OrganisationDoc | undefined> => (await findByIds(organisations, [id]))[0],

    matches: async (ids: readonly string[]): Promise<Map<string, Match>> => {
      return matchesById(await findByIds(matches, ids));
    },

    /** Payments of which a part became a customer's credit, though they came since the customer owed. */
    creditsSince: async (owing: readonly CreditOf[]): Promise<Map<string, Match>> => {
      if (owing.length === 0) return new Map();
      const filter = {
        organisationId: { $in: [...new Set(owing.map((one) => one.organisationId))] },
        customerId: { $in: [...new Set(owing.map((one) => one.customerId))] },
        queuedAt: { $gte: new Date(Math.min(...owing.map((one) => one.since.getTime()))) },
        creditCents: { $gt: 0 },
      };
      const rows = await matches.find(filter).toArray();
      return matchesById(rows);
    },

    receivables: async (ids: readonly string[]): Promise<Map<string, Receivable>> => {
      const rows = await findByIds(receivables, ids);
      return new Map(rows.map((row) => [row._id, toReceivable(row)]));
    },

    openReceivables: async (
      organisationIds: readonly string[],
      customerIds?: readonly string[],
    ): Promise<Receivable[]> => {
      if (organisationIds.length === 0) return [];
      const filter = { organisationId: { $in: [...organisationIds] }, status: 'open' as const };
      const rows = receivables.find(customerIds ? { ...filter, customerId: { $in: [...customerIds] } } : filter);
      return (await rows.toArray()).map(toReceivable);
    },

    customers: async (ids: readonly string[]): Promise<Map<string, CustomerDoc>> =>
      byId(await findByIds(customers, ids)),

    models: async (ids: readonly string[]): Promise<ModelDoc[]> => findByIds(models, ids),

    model: async (organisationId: string, version: string): Promise<ModelDoc | null> =>
      models.findOne({ _id: modelId(organisationId, version) }),

    newestModel: async (organisationId: string): Promise<ModelDoc | null> =>
      models.findOne({ organisationId }, { sort: { createdAt: -1 } }),

    requests: async (ids: readonly string[]): Promise<Set<string>> => {
      const rows = await findByIds(requests, ids, { projection: { _id: 1 } });
      return new Set(rows.map((row) => row._id));
    },

    reversals: async (ids: readonly string[]): Promise<Map<string, ReversalDoc>> =>
      byId(await findByIds(reversals, ids)),

    /** The log after `seq` of each organisation, in order; all of it, or so many commits. */
    factsAfter: async (after: ReadonlyMap<string, number>, limit = 0): Promise<FactsDoc[]> => {
      if (after.size === 0) return [];
      const ranges = [...after].map(([id, seq]) => ({ _id: { $gt: `${id}:${pad(seq)}`, $lt: `${id};` } }));
      return facts.find({ $or: ranges }).sort({ _id: 1 }).limit(limit).toArray();
    },
  };
}

export type Reads = ReturnType<typeof createReads>;

const byId = <Row extends { _id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row._id, row]));

const matchesById = (rows: readonly MatchDoc[]): Map<string, Match> =>
  new Map(rows.map((row) => [row._id, toMatch(row)]));
