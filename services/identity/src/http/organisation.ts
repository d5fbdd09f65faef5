import { ChangeOrganisationRequest, OrganisationView } from '@malipo/api-contracts';
import { type App, causeOf, type Role, typed } from '@malipo/service-kit';
import { changeOrganisation } from '../commands/change-organisation.ts';
import { organisationOf } from '../commands/open-session.ts';
import type { Deps } from '../deps.ts';
import { etagOf, expectedVersion } from './versions.ts';
import { toOrganisationView } from './views.ts';

const about = { tags: ['organisation'], security: [{ bearer: [] }], response: { 200: OrganisationView } };
const roles: readonly Role[] = ['admin'];

export function organisationRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/organisation',
    { schema: { ...about, summary: 'The organisation one is signed in to' } },
    async ({ caller }, reply) => {
      const organisation = await organisationOf(deps, caller.organisationId);
      reply.header('etag', etagOf(organisation.version));
      return toOrganisationView(organisation);
    },
  );
  routes.patch(
    '/api/v1/organisation',
    {
      config: { roles },
      schema: {
        ...about,
        summary: 'Change name or language of receipts; honours If-Match',
        body: ChangeOrganisationRequest,
      },
    },
    async (request, reply) => {
      const expected = expectedVersion(request.headers['if-match']);
      const organisation = await changeOrganisation(deps, request.caller, request.body, causeOf(request), expected);
      reply.header('etag', etagOf(organisation.version));
      return toOrganisationView(organisation);
    },
  );
}
