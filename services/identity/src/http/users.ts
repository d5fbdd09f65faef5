import { AddedUserView, AddUserRequest, ChangeUserRequest, UserFilter, UserView } from '@malipo/api-contracts';
import { type App, etagOf, IfMatch, PageOf, PageQuery, type TypedApp, typed, versionCheck } from '@malipo/service-kit';
import { z } from 'zod';
import { addUser } from '../commands/add-user.ts';
import { changeUser } from '../commands/change-user.ts';
import { MANAGERS } from '../commands/manager-now.ts';
import type { Deps } from '../deps.ts';
import { toUserView } from './views.ts';

const about = { tags: ['users'], security: [{ bearer: [] }] };

/** Users of the caller's organisation: add, list, change. */
export function userRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  addRoute(routes, deps);
  listRoute(routes, deps);
  changeRoute(routes, deps);
}

const addRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/api/v1/users',
    {
      config: { roles: MANAGERS, tagged: true, codes: { 409: ['email_taken'] } },
      schema: {
        ...about,
        summary: 'Add a user, with a password or by a one-time invite',
        description:
          'An address that this organisation invited before, and whose invite was not accepted, is added anew: name and ' +
          'role are replaced, the earlier token stops working, and the answer carries the next one. Any other address ' +
          'that has an account is refused with 409.',
        body: AddUserRequest,
        response: { 201: AddedUserView },
      },
    },
    async (request, reply) => {
      const { user, inviteToken } = await addUser(deps, request.caller, request.body);
      reply.header('cache-control', 'no-store').header('etag', etagOf(user.version));
      return reply.status(201).send({ ...toUserView(user), inviteToken });
    },
  );

const listRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    '/api/v1/users',
    {
      schema: {
        ...about,
        summary: 'The users of the organisation, newest first',
        querystring: PageQuery.extend(UserFilter.shape),
        response: { 200: PageOf(UserView) },
      },
    },
    async ({ caller, query: { limit, cursor, ...filter } }) =>
      deps.users.list(caller.organisationId, filter, { limit, cursor }, toUserView),
  );

const changeRoute = (routes: TypedApp, deps: Deps) =>
  routes.patch(
    '/api/v1/users/:id',
    {
      config: { roles: MANAGERS, codes: { 409: ['last_owner'] } },
      schema: {
        ...about,
        summary: 'Change name, role or standing of a user; honours If-Match',
        params: z.object({ id: z.uuid() }),
        headers: IfMatch,
        body: ChangeUserRequest,
        response: { 200: UserView },
      },
    },
    async (request, reply) => {
      const check = versionCheck(request.headers['if-match']);
      const user = await changeUser(deps, request.caller, request.params.id, request.body, check);
      reply.header('etag', etagOf(user.version));
      return toUserView(user);
    },
  );
