import type { ModelList } from '@malipo/api-contracts';
import { expect } from 'vitest';
import { paymentReceived } from './builders.ts';
import { type Client, debtor, untilMatch, type World } from './support.ts';

/** Learning at a pace that a test can wait for. */
export const LEARNING = {
  MALIPO_RECONCILIATION_JUDGE_MS: '100',
  MALIPO_RECONCILIATION_REFIT_MS: '200',
  MALIPO_RECONCILIATION_REFIT_AFTER: '20',
  MALIPO_RECONCILIATION_STANDS_AFTER_DAYS: '0',
};

export const FLAGGED = { flags: ['odd_time'] };

export const models = async (api: Client) => (await api.get<ModelList>('/reconciliation/models')).body;
export const promote = (api: Client, version: string, reason = 'the figures say so') =>
  api.post<ModelList & { code: string }>(`/reconciliation/models/${version}/promote`, { reason });
export const statuses = ({ data }: ModelList) => data.map((model) => `${model.version} ${model.status}`);
export const kinds = ({ changes }: ModelList) => changes.map((change) => change.kind);

/** So many payments that fit a debtor each; flagged ones wait for a person. */
export async function receive(world: World, organisationId: string, count: number, over: { flags?: string[] } = {}) {
  const payers = Array.from({ length: count }, () => debtor(organisationId, 500_000));
  await world.owe(organisationId, ...payers);
  const payments = payers.map((payer) => ({ ...payer.pays(500_000), ...over }));
  await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
  const api = world.as(organisationId);
  for (const { paymentId } of payments) await untilMatch(api, paymentId, over.flags ? 'suggested' : 'auto');
  return { payers, ids: payments.map((payment) => payment.paymentId) };
}

export const confirmAll = async (api: Client, ids: readonly string[]) => {
  for (const id of ids) expect((await api.decide(id, 'confirm')).status).toBe(200);
};
