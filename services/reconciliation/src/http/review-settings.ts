import { ReviewSettingsView } from '@malipo/api-contracts';
import { type App, typed } from '@malipo/service-kit';
import type { Deps } from '../commands/work.ts';
import { checkSettings } from '../domain/expected.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];

/** When reviews are due, and from when on money that should come is late and missing. */
export function reviewSettingsRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/review-settings',
    {
      schema: {
        tags,
        security,
        summary: 'When reviews are due, and when money is late and missing',
        response: { 200: ReviewSettingsView },
      },
    },
    ({ caller }) => deps.reviewSettings.of(caller.organisationId),
  );
  routes.put(
    '/api/v1/reconciliation/review-settings',
    {
      config: { roles: ['admin'], codes: { 422: ['late_after_missing'] } },
      schema: {
        tags,
        security,
        summary: 'Say when reviews are due, and when money is late and missing',
        body: ReviewSettingsView,
        response: { 200: ReviewSettingsView },
      },
    },
    async ({ caller, body }) => {
      checkSettings(body);
      await deps.reviewSettings.set(caller.organisationId, body);
      deps.log.info({ organisationId: caller.organisationId, by: caller.userId }, 'review settings changed');
      return body;
    },
  );
}
