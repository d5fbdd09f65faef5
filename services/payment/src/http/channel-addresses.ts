import {
  CallbackUrls,
  CreatedPaymentChannel,
  RegisteredUrls,
  RegisterUrls,
  RotateSecret,
  UnreadableCallbackView,
} from '@malipo/api-contracts';
import { type App, etagOf, IfMatch, PageOf, PageQuery, type TypedApp, typed, versionCheck } from '@malipo/service-kit';
import { z } from 'zod';
import { rotateSecret } from '../commands/change-channel.ts';
import { callbackUrls, findChannel } from '../commands/channels.ts';
import { registerUrls } from '../commands/register-urls.ts';
import type { Deps } from '../deps.ts';
import { channelView, unreadableView } from './views.ts';

const docs = (summary: string) => ({ tags: ['payment channels'], summary, security: [{ bearer: [] }] });
const params = z.object({ id: z.uuid() });
const ADMINS = { roles: ['admin'] } as const;

/** A channel's callback addresses, which hold its secret, and what was posted there and told of no payment. */
export const addressRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  registerRoutes(routes, deps);
  rotateRoute(routes, deps);
  unreadableRoute(routes, deps);
};

function registerRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    '/:id/callback-urls',
    {
      config: ADMINS,
      schema: { ...docs('Read the callback addresses'), params, response: { 200: CallbackUrls } },
    },
    async (request) => callbackUrls(deps, await findChannel(deps, request.caller.organisationId, request.params.id)),
  );
  routes.post(
    '/:id/register-urls',
    {
      config: { ...ADMINS, codes: { 409: ['channel_without_credentials'] } },
      schema: {
        ...docs('Register the callback addresses with the provider, as often as wanted'),
        params,
        body: RegisterUrls,
        response: { 200: RegisteredUrls },
      },
    },
    ({ caller, params: { id }, body }) => registerUrls(deps, { caller, id }, body),
  );
}

const rotateRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/:id/rotate-secret',
    {
      config: { ...ADMINS, codes: { 409: ['old_addresses_too_many'] }, idempotent: deps.sealer },
      schema: {
        ...docs('Make new callback addresses, to be registered next; the old ones stay valid for a while'),
        params,
        headers: IfMatch,
        body: RotateSecret,
        response: { 200: CreatedPaymentChannel },
      },
    },
    async ({ caller, params: { id }, headers, body }, reply) => {
      const retireOldAt = body.retireOldAt ? new Date(body.retireOldAt) : undefined;
      const target = { caller, id, check: versionCheck(headers['if-match']) };
      const channel = await rotateSecret(deps, target, retireOldAt);
      reply.header('etag', etagOf(channel.version));
      return { ...channelView(channel), callbackUrls: callbackUrls(deps, channel) };
    },
  );

const unreadableRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    '/:id/unreadable-callbacks',
    {
      config: ADMINS,
      schema: {
        ...docs('List callbacks that told of no payment, as they came'),
        params,
        querystring: PageQuery,
        response: { 200: PageOf(UnreadableCallbackView) },
      },
    },
    async ({ caller, params: { id }, query }) => {
      await findChannel(deps, caller.organisationId, id);
      return deps.unreadable.list(caller.organisationId, id, query, unreadableView);
    },
  );
