import { ChangeOrganisationRequest, OrganisationView } from '@malipo/api-contracts';
import { type App, causeOf, etagOf, IfMatch, typed, versionCheck } from '@malipo/service-kit';
import { changeOrganisation } from '../commands/change-organisation.ts';
import { MANAGERS } from '../commands/manager-now.ts';
import { organisationOf } from '../commands/open-session.ts';
import type { Deps } from '../deps.ts';
import { toOrganisationView } from './views.ts';

const about = { tags: ['organisation'], security: [{ bearer: [] }], response: { 200: OrganisationView } };

export function organisationRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/organisation',
    { config: { tagged: true }, schema: { ...about, summary: 'The organisation one is signed in to' } },
    async ({ caller }, reply) => {
      const organisation = await organisationOf(deps, caller.organisationId);
      reply.header('etag', etagOf(organisation.version));
      return toOrganisationView(organisation);
    },
  );
  routes.patch(
    '/api/v1/organisation',
    {
      config: { roles: MANAGERS },
      schema: {
        ...about,
        summary: 'Change name or language of receipts; honours If-Match',
        headers: IfMatch,
        body: ChangeOrganisationRequest,
      },
    },
    async (request, reply) => {
      const check = versionCheck(request.headers['if-match']);
      const organisation = await changeOrganisation(deps, request.caller, request.body, causeOf(request), check);
      reply.header('etag', etagOf(organisation.version));
      return toOrganisationView(organisation);
    },
  );
}
