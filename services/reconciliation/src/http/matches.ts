import { ConfirmMatch, MatchReason, MatchView } from '@malipo/api-contracts';
import { type App, causeOf, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { confirmMatch, rejectMatch, undoMatch } from '../commands/change-match.ts';
import type { Deps } from '../commands/work.ts';
import { presentMatch } from './present.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ id: z.uuid() });
const deciders = { roles: ['admin', 'bookkeeper'] as const, idempotent: true };

/** What a person may do with money. */
export function matchRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  const answer = { 200: MatchView };

  routes.post(
    '/api/v1/reconciliation/matches/:id/confirm',
    {
      config: { ...deciders, roles: [...deciders.roles] },
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
        config: { ...deciders, roles: [...deciders.roles] },
        schema: { tags, security, summary, params, body: MatchReason.nullish(), response: answer },
      },
      async (request) => {
        const order = { caller: request.caller, paymentId: request.params.id, cause: causeOf(request) };
        return presentMatch(deps, await command(deps, order, request.body?.reason ?? ''));
      },
    );
}
