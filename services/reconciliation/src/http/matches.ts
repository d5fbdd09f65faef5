import { ConfirmMatch, MatchReason, MatchView } from '@malipo/api-contracts';
import { type App, causeOf, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { confirmMatch, rejectMatch, undoMatch } from '../commands/change-match.ts';
import type { Deps } from '../commands/work.ts';
import { presentMatch } from './present.ts';
import { SETTLEMENT_CODES } from './settlement-codes.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ id: z.uuid() });
const deciders = { roles: ['admin', 'bookkeeper'] as const, idempotent: true };
const CODES = {
  confirm: {
    409: ['already_settled', 'payment_reversed', 'test_money'],
    422: ['no_proposal', 'customer_unknown', 'amount_above_payment', ...SETTLEMENT_CODES],
  },
  reject: { 409: ['already_settled', 'payment_reversed', 'test_money'] },
  undo: { 409: ['nothing_to_undo', 'test_money'] },
};

/** What a person may do with money. */
export function matchRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  const answer = { 200: MatchView };

  routes.post(
    '/api/v1/reconciliation/matches/:id/confirm',
    {
      config: { ...deciders, codes: CODES.confirm },
      schema: { tags, security, summary: 'Apply the money', params, body: ConfirmMatch.nullish(), response: answer },
    },
    async (request) => {
      const order = { caller: request.caller, paymentId: request.params.id, cause: causeOf(request) };
      const { reason = 'confirmed', ...choice } = request.body ?? {};
      return presentMatch(deps, await confirmMatch(deps, order, choice, reason));
    },
  );
  for (const [verb, command, summary] of [
    ['reject', rejectMatch, 'Refuse the suggestion; the money stays without a home'],
    ['undo', undoMatch, 'Take back what was applied'],
  ] as const)
    routes.post(
      `/api/v1/reconciliation/matches/:id/${verb}`,
      {
        config: { ...deciders, codes: CODES[verb] },
        schema: { tags, security, summary, params, body: MatchReason.nullish(), response: answer },
      },
      async (request) => {
        const order = { caller: request.caller, paymentId: request.params.id, cause: causeOf(request) };
        return presentMatch(deps, await command(deps, order, request.body?.reason ?? ''));
      },
    );
}
