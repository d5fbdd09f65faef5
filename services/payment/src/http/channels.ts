import {
  ChangePaymentChannel,
  CreatedPaymentChannel,
  NewPaymentChannel,
  PaymentChannelChange,
  PaymentChannelFilter,
  PaymentChannelView,
} from '@malipo/api-contracts';
import { type App, etagOf, IfMatch, PageOf, PageQuery, type TypedApp, typed, versionCheck } from '@malipo/service-kit';
import { z } from 'zod';
import { changeChannel, closeChannel, reopenChannel } from '../commands/change-channel.ts';
import { callbackUrls, findChannel } from '../commands/channels.ts';
import { createChannel } from '../commands/open-channel.ts';
import type { Deps } from '../deps.ts';
import { channelChangeView, channelView } from './views.ts';

const PATH = '/api/v1/payment-channels';
const docs = (summary: string) => ({ tags: ['payment channels'], summary, security: [{ bearer: [] }] });
const params = z.object({ id: z.uuid() });
const ADMINS = { roles: ['admin'] } as const;
const CODES = {
  open: { 409: ['channel_exists', 'shortcode_taken'], 422: ['credentials_required', 'credentials_refused'] },
  change: { 409: ['mode_fixed'], 422: ['credentials_refused'] },
};

/** Where customers pay: opened, read, changed, closed and opened again. */
export const channelRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  openRoute(routes, deps);
  readRoutes(routes, deps);
  changeRoute(routes, deps);
  closeRoutes(routes, deps);
  changesRoute(routes, deps);
};

const openRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/',
    {
      config: { ...ADMINS, idempotent: deps.sealer, tagged: true, located: true, codes: CODES.open },
      schema: { ...docs('Open a payment channel'), body: NewPaymentChannel, response: { 201: CreatedPaymentChannel } },
    },
    async (request, reply) => {
      const channel = await createChannel(deps, request.caller, request.body);
      reply.status(201).header('etag', etagOf(channel.version)).header('location', `${PATH}/${channel.id}`);
      return { ...channelView(channel), callbackUrls: callbackUrls(deps, channel) };
    },
  );

function readRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    '/',
    {
      schema: {
        ...docs('List payment channels'),
        querystring: PageQuery.extend(PaymentChannelFilter.shape),
        response: { 200: PageOf(PaymentChannelView) },
      },
    },
    ({ caller, query: { limit, cursor, ...filter } }) =>
      deps.channels.list(caller.organisationId, filter, { limit, cursor }, channelView),
  );
  routes.get(
    '/:id',
    {
      config: { tagged: true },
      schema: { ...docs('Read a payment channel'), params, response: { 200: PaymentChannelView } },
    },
    async (request, reply) => {
      const channel = await findChannel(deps, request.caller.organisationId, request.params.id);
      reply.header('etag', etagOf(channel.version));
      return channelView(channel);
    },
  );
}

const changeRoute = (routes: TypedApp, deps: Deps) =>
  routes.patch(
    '/:id',
    {
      config: { ...ADMINS, codes: CODES.change },
      schema: {
        ...docs('Change a payment channel; what is left out stays'),
        params,
        headers: IfMatch,
        body: ChangePaymentChannel,
        response: { 200: PaymentChannelView },
      },
    },
    async ({ caller, params: { id }, headers, body }, reply) => {
      const check = versionCheck(headers['if-match']);
      const channel = await changeChannel(deps, { caller, id, check }, body);
      reply.header('etag', etagOf(channel.version));
      return channelView(channel);
    },
  );

function closeRoutes(routes: TypedApp, deps: Deps): void {
  for (const [action, command, summary] of [
    ['close', closeChannel, 'Close a payment channel: no prompts, no validation; money paid all the same is recorded'],
    ['reopen', reopenChannel, 'Open a closed payment channel again'],
  ] as const)
    routes.post(
      `/:id/${action}`,
      {
        config: ADMINS,
        schema: { ...docs(summary), params, headers: IfMatch, response: { 200: PaymentChannelView } },
      },
      async ({ caller, params: { id }, headers }, reply) => {
        const channel = await command(deps, { caller, id, check: versionCheck(headers['if-match']) });
        reply.header('etag', etagOf(channel.version));
        return channelView(channel);
      },
    );
}

const changesRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    '/:id/changes',
    {
      schema: {
        ...docs('Who changed a payment channel, when, and from what to what; the newest first'),
        params,
        querystring: PageQuery,
        response: { 200: PageOf(PaymentChannelChange) },
      },
    },
    async ({ caller: { organisationId }, params: { id }, query }) => {
      await findChannel(deps, organisationId, id);
      return deps.channelChanges.list(organisationId, id, query, channelChangeView);
    },
  );
